import { expect, test } from "bun:test";
import { startSandbox } from "../providers/sandbox/server.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

function run(...flags: string[]) {
  return Bun.spawn(["bun", MAIN, "sandbox", ...flags], { stdout: "pipe", stderr: "pipe" });
}

async function firstWords(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await stream.getReader().read();
  return new TextDecoder().decode(value);
}

test("prints where it answers and what to set, and ends well when told to", async () => {
  const command = run("--port", "0", "--username", "demo user");
  const words = await firstWords(command.stdout);
  const url = /OXYLABS_BASE_URL=(http:\/\/127\.0\.0\.1:\d+) OXYLABS_USERNAME='demo user' OXYLABS_PASSWORD=sandbox/.exec(
    words,
  )?.[1];
  expect((await fetch(`${url}/stats`)).status).toBe(200);
  command.kill("SIGTERM");
  expect(await command.exited).toBe(0);
});

test("prints one JSON line on request, and takes faults from its flags", async () => {
  const command = run(
    "--port",
    "0",
    "--json",
    "--latency",
    "5-10",
    "--error-rate",
    "0.5",
    "--fault",
    "613=0.1",
    "--page-kb",
    "20",
  );
  const { url, port } = JSON.parse(await firstWords(command.stdout));
  expect(url).toEndWith(`:${port}`);
  const conditions = await (await fetch(`${url}/faults`)).json();
  expect(conditions).toMatchObject({ latencyMs: { min: 5, max: 10 }, pageBytes: 20_000 });
  expect(conditions.rates).toEqual({ "429": 0.25, "503": 0.25, "613": 0.1 });
  command.kill("SIGINT");
  expect(await command.exited).toBe(0);
});

test("says in one sentence that the port is taken", async () => {
  const other = startSandbox({ sellers: 1 });
  const command = run("--port", String(other.port));
  expect(await command.exited).toBe(69);
  const words = await new Response(command.stderr).text();
  expect(words.trim()).toEndWith(`Port ${other.port} is in use; choose another with --port.`);
  expect(words).not.toContain("at ");
  await other.stop();
});
