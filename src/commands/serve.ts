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
export async function startServer(context: Context, hostname: string, port: number) {
  const app = createApp(context);
  try {
    app.listen({ hostname, port });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new Failure(EXIT.unavailable, `Port ${port} is in use: choose another with --port or PORT.`, {
      cause: error,
    });
  }
  return {
    url: `http://${hostname}:${app.server?.port}`,
    [Symbol.asyncDispose]: async () => void (await app.stop(true)),
  };
}

export function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve());
  });
}
