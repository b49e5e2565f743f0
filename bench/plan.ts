import { z } from "zod";

/** What is to be collected. */
export interface Plan {
  searches: number;
  workers: number;
  latencyMs: number;
}

export const CONTESTANTS = ["bare", "ours"] as const;
export type Contestant = (typeof CONTESTANTS)[number];

export const planSchema = z.object({ searches: z.number(), workers: z.number(), latencyMs: z.number() });

export const figuresSchema = z.object({
  /** Ideal makespan (calls x latency / workers) over wall time: 1 is perfect. */
  ofIdeal: z.number(),
  /** Of the contestant's own process; the database and the sandbox are others. */
  cpuSecondsPer1000: z.number(),
  databaseSecondsPer1000: z.number(),
  /** The most memory that the process ever held, from its start on. */
  peakMb: z.number(),
  /** The memory it held after each tenth of the searches. */
  residentMb: z.array(z.number()),
});
export type Figures = z.infer<typeof figuresSchema>;
