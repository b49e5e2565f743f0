import { readFileSync } from "node:fs";

/**
 * How fast the sandbox answers, and what an answer costs it: `bun bench/sandbox-speed.ts [answers] [clients]`.
 * The server runs in a process of its own, so that its CPU time is its own. Prints one JSON line.
 */
const answers = Number(process.argv[2] ?? 3000);
const clients = Number(process.argv[3] ?? 30);

const server = Bun.spawn(["bun", "src/main.ts", "sandbox", "--port", "0", "--latency", "0", "--json"], {
  cwd: new URL("..", import.meta.url).pathname,
  stdout: "pipe",
});
const { url } = JSON.parse(await firstLine(server.stdout));

let next = 0;
let bytes = 0;
await ask(-1); // the first answer pays for what is made once
const before = cpuOf(server.pid);
const startedAt = performance.now();
await Promise.all(Array.from({ length: clients }, client));
const seconds = (performance.now() - startedAt) / 1000;
const cpuMs = cpuOf(server.pid) - before;
server.kill("SIGTERM");
await server.exited;

console.log(
  JSON.stringify({
    answers,
    clients,
    mean_kb: Math.round(bytes / answers / 1000),
    answers_per_second: Math.round(answers / seconds),
    cpu_ms_per_answer: Number((cpuMs / answers).toFixed(2)),
    cores_at_300_per_second: Number(((cpuMs / answers) * 0.3).toFixed(2)),
    max_rss_mb: Math.round((server.resourceUsage()?.maxRSS ?? 0) / 1e6),
  }),
);

async function client(): Promise<void> {
  while (next < answers) {
    const length = await ask(next++);
    bytes += length;
  }
}

async function ask(index: number): Promise<number> {
  const search = `https://www.ebay.com/sch/i.html?_nkw=Norvane+X${index}+Foldable+Desk+Lamp+Black&_udlo=18&_udhi=22&_ipg=60&_pgn=1&_dmd=1`;
  const response = await fetch(`${url}/v1/queries`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("sandbox:sandbox")}`, "content-type": "application/json" },
    body: JSON.stringify({ source: "universal", url: search, geo_location: "United States" }),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.bytes()).length;
}

/** Milliseconds of CPU a process has used (Linux). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await stream.getReader().read();
  return new TextDecoder().decode(value).split("\n")[0] ?? "";
}
