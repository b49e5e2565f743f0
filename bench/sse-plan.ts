export interface SsePlan {
  viewers: number;
  perSecond: number;
  seconds: number;
}

/** Microseconds since `origin`, on a clock that all processes of this machine share. */
export const microsSince = (origin: number): number =>
  Math.round((performance.timeOrigin + performance.now() - origin) * 1000);

/** What the server is asked, and what it answers. */
export type ToServer = "memory" | { publish: SsePlan; origin: number };
export type FromServer = { url: string } | { memoryMb: number } | "published";

export type ToViewers = "report" | "reconnect";
export type FromViewers = "connected" | Report;

/** What the viewers saw since the last report. */
export interface Report {
  received: number;
  p50Ms: number;
  p99Ms: number;
  /** Ids that were left out, came twice, and how often a viewer was told to begin anew. */
  gaps: number;
  repeats: number;
  resets: number;
  reconnects: number;
}
