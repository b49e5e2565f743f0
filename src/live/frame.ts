export interface Frame {
  /** What a browser sends back as Last-Event-ID when it reconnects. */
  id?: string;
  /** A name makes it an event for scripts; without one htmx swaps the data in. */
  event?: string;
  data: string;
}

/** One message of an event stream: each line of the data gets its own field, for a line end would end the message. */
export function frame({ id, event, data }: Frame): string {
  const head = `${id === undefined ? "" : `id: ${oneLine(id)}\n`}${event === undefined ? "" : `event: ${oneLine(event)}\n`}`;
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${head}${lines.join("")}\n`;
}

const oneLine = (text: string): string => text.replace(/[\r\n\0]/g, " ");

/** Keeps proxies and browsers from giving up on a quiet stream. */
export const HEARTBEAT = ": \n\n";

/** How long a browser waits before it reconnects. */
export const retry = (ms: number): string => `retry: ${ms}\n\n`;
