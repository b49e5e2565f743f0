import { CONTESTANTS, type Contestant, type Figures, figuresSchema, type Plan } from "./plan.ts";

/** Lets a contestant collect in a process of its own, from a sandbox and into a database that are others. */
export async function contest(who: Contestant, plan: Plan): Promise<Figures> {
  await using sandbox = await sandboxProcess(plan.latencyMs);
  const script = new URL("contestant.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, script, who, JSON.stringify(plan), sandbox.url], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${who} failed`);
  return figuresSchema.parse(JSON.parse(output));
}

/** A number of the command line. */
export function amount(text: string | undefined, preset: number): number {
  const value = Number(text ?? preset);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} is no number of one or more.`);
  return value;
}

export function contestants(only: string | undefined): Contestant[] {
  const chosen = CONTESTANTS.filter((who) => only === undefined || who === only);
  if (chosen.length === 0) throw new Error(`--only takes ${CONTESTANTS.join(" or ")}.`);
  return chosen;
}

async function sandboxProcess(latencyMs: number) {
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const options = ["--port", "0", "--latency", String(latencyMs), "--page-kb", "650", "--json"];
  const child = Bun.spawn([process.execPath, main, "sandbox", ...options], { stdout: "pipe", stderr: "inherit" });
  return {
    url: await addressIn(child.stdout),
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

async function addressIn(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    text += decoder.decode(next.value, { stream: true });
    const address = text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
    if (address) return address;
  }
  throw new Error("The sandbox did not start.");
}
