/**
 * Many viewers of one stream in a process of its own, started by `sse.ts`:
 * `bun bench/sse-viewers.ts <url of the stream> <how many> <origin>`. Each checks that ids follow one another.
 */
import { connect, type Socket } from "node:net";
import { type FromViewers, microsSince, type Report, type ToViewers } from "./sse-plan.ts";

const [address = "", howMany = "1", origin = "0"] = process.argv.slice(2);
const url = new URL(address);
const tell = (message: FromViewers) => process.send?.(message);
const NOTHING = { gaps: 0, repeats: 0, resets: 0, reconnects: 0 };
let seen = { ...NOTHING };
let delays: number[] = [];

class Viewer {
  #socket: Socket | undefined;
  #rest = "";
  #last = 0;

  open(): Promise<void> {
    this.#rest = "";
    const { promise, resolve } = Promise.withResolvers<void>();
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    socket.setEncoding("latin1").on("error", () => undefined);
    socket.on("data", (text) => {
      resolve();
      if (socket === this.#socket) this.#read(String(text));
    });
    const head = [`GET ${url.pathname} HTTP/1.1`, `host: ${url.host}`, "accept: text/event-stream"];
    if (this.#last > 0) head.push(`last-event-id: ${this.#last}`);
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    this.#socket = socket;
    return promise;
  }

  /** Cut, without a word. */
  reconnect(): Promise<void> {
    seen.reconnects += 1;
    this.#socket?.destroy();
    return this.open();
  }

  /** Frames are never split by the chunks of HTTP, so a frame is what stands between an id and a blank line. */
  #read(text: string): void {
    const whole = this.#rest + text;
    let at = 0;
    for (let end = whole.indexOf("\n\n"); end >= 0; end = whole.indexOf("\n\n", at)) {
      this.#event(whole.slice(at, end));
      at = end + 2;
    }
    this.#rest = whole.slice(at);
  }

  #event(frame: string): void {
    const start = frame.lastIndexOf("id: ");
    if (start < 0 || (start > 0 && frame[start - 1] !== "\n")) return;
    const id = Number.parseInt(frame.slice(start + 4, start + 20), 10);
    if (frame.includes("event: reset")) seen.resets += 1;
    else this.#follow(id, frame);
    this.#last = id;
  }

  #follow(id: number, frame: string): void {
    if (this.#last > 0 && id <= this.#last) seen.repeats += 1;
    if (this.#last > 0 && id > this.#last + 1) seen.gaps += id - this.#last - 1;
    const sent = Number.parseInt(frame.slice(frame.indexOf('"duration_ms":') + 14), 10);
    delays.push((microsSince(Number(origin)) - sent) / 1000);
  }
}

function report(): Report {
  delays.sort((a, b) => a - b);
  const at = (part: number) => Math.round((delays[Math.floor(delays.length * part)] ?? 0) * 10) / 10;
  const result = { received: delays.length, p50Ms: at(0.5), p99Ms: at(0.99), ...seen };
  [delays, seen] = [[], { ...NOTHING }];
  return result;
}

const viewers = Array.from({ length: Number(howMany) }, () => new Viewer());
process.on("message", (message: ToViewers) => {
  if (message === "report") tell(report());
  // A tenth of them, others each time.
  else for (const viewer of viewers.filter(() => Math.random() < 0.1)) void viewer.reconnect();
});
// Not all in one moment: the queue of connections that wait to be accepted is short.
for (let from = 0; from < viewers.length; from += 50) {
  await Promise.all(viewers.slice(from, from + 50).map((viewer) => viewer.open()));
}
tell("connected");
