import { createApp } from "../app.ts";
import type { Config } from "../config.ts";
import { EXIT, type ExitCode, Failure } from "../exit.ts";
import { assertLoopback } from "../http/guard.ts";
import { type Context, withContext } from "./context.ts";

/** Serves the pages and the JSON endpoints until it is told to stop. */
export async function serve(config: Config, options: { host?: string; port?: number }): Promise<ExitCode> {
  const host = options.host ?? config.host;
  const port = options.port ?? config.port;
  assertLoopback(host);
  return withContext(config, async (context) => {
    await using server = await startServer(context, host, port);
    console.log(`SellerCollection is at ${server.url}`);
    await untilToldToStop();
    return EXIT.ok;
  });
}

/** @throws Failure when the port is taken. */
export async function startServer(context: Context, hostname: string, port: number): Promise<AsyncDisposable & { url: URL }> {
  const app = createApp(context);
  try {
    const server = Bun.serve({ hostname, port, fetch: (request, bun) => app.handle(request, bun) });
    return {
      url: server.url,
      async [Symbol.asyncDispose]() {
        await app.close();
        await server.stop(true);
      },
    };
  } catch (error) {
    await app.close();
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new Failure(EXIT.unavailable, `Port ${port} is in use: choose another with --port or PORT.`, { cause: error });
  }
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve());
  });
}
