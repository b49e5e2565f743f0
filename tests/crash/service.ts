import { createServer } from "node:net";
import { type Environment, type Program, start } from "./program.ts";

/** `serve` or `worker`, running; started again under the same name after each death. */
export interface Service {
  program: Program;
  /** Of `serve`: its address. */
  url: string;
}

export async function startServe(environment: Environment): Promise<Service> {
  const port = await freePort();
  const program = start(["serve", "--port", String(port)], environment);
  const url = `http://127.0.0.1:${port}`;
  await untilTrue(async () => (await fetch(`${url}/healthz`)).ok, 20_000);
  return { program, url };
}

export const startWorker = (environment: Environment): Program => start(["worker"], environment);

export async function post(service: Service, path: string, body: unknown = {}) {
  const response = await fetch(`${service.url}/api/collection${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

export async function untilTrue(holds: () => Promise<boolean>, patienceMs: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    if (await holds().catch(() => false)) return performance.now() - startedAt;
    if (performance.now() - startedAt > patienceMs) throw new Error(`not within ${patienceMs} ms: ${holds}`);
    await Bun.sleep(20);
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address instanceof Object ? address.port : 0));
    });
  });
}
