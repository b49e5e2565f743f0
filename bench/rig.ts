import { createTestDatabase } from "../src/testing/database.ts";

/** The sandbox in a process of its own, so that its work is not counted as ours. */
export async function sandboxProcess(latencyMs: number) {
  const child = Bun.spawn(
    ["bun", "src/main.ts", "sandbox", "--port", "0", "--latency", String(latencyMs), "--page-kb", "650", "--json"],
    { stdout: "pipe", stderr: "inherit" },
  );
  const url = await addressIn(child.stdout);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

async function addressIn(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stdout.getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the sandbox did not start");
    text += new TextDecoder().decode(value);
    const address = text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
    if (address) return address;
  }
}

export async function benchDatabase() {
  const database = await createTestDatabase();
  return { sql: database.sql, [Symbol.asyncDispose]: () => database.drop() };
}
