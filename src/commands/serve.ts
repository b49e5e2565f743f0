import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createApp } from "../app.ts";
import type { Config } from "../config.ts";
import { tryLock } from "../db/embedded/lock.ts";
import { EXIT, type ExitCode, Failure } from "../exit.ts";
import { assertLoopback } from "../http/guard.ts";
import { type Services, startServices } from "../worker/services.ts";
import { accountKeyOf, type Context, hasCredentials, providerOf, withContext } from "./context.ts";

/** Serves the pages and the JSON endpoints until it is told to stop. */
export async function serve(config: Config, options: { host?: string; port?: number }): Promise<ExitCode> {
  const host = options.host ?? config.host;
  const port = options.port ?? config.port;
  assertLoopback(host);
  using _alone = beAlone(config.dataDir);
  return await withContext(config, async (context) => {
    await using server = await startServer(context, host, port);
    await using services = await startEngine(config, context);
    console.log(`SellerCollection is at ${server.url}`);
    await untilToldToStop(() => services.cut());
    return EXIT.ok;
  });
}

/** @throws Failure when another process serves from the same data directory. */
function beAlone(dataDir: string): Disposable {
  mkdirSync(dataDir, { recursive: true });
  const lock = tryLock(join(dataDir, "serve.lock"), "exclusive");
  if (lock) return { [Symbol.dispose]: () => lock.release() };
  throw new Failure(
    EXIT.unavailable,
    `Another process serves from ${dataDir} already. Stop it, or give this one a DATA_DIR of its own; ` +
      "to work on runs beside it, use `sellercollection worker`.",
  );
}

/** Runs are worked on here too, if this process knows an account at the provider. */
async function startEngine(config: Config, context: Context): Promise<Services> {
  if (!hasCredentials(config)) {
    console.error("No OXYLABS_USERNAME and OXYLABS_PASSWORD: runs are shown, and worked on by other processes only.");
    return { cut: () => undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const options = {
    ...context,
    provider: providerOf(config),
    accountKey: accountKeyOf(config),
    dataDir: config.dataDir,
  };
  return startServices(options, "serve");
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

/** @param onSecond what a second signal does, while the first one is being obeyed */
export function untilToldToStop(onSecond: () => void = () => process.exit(EXIT.interrupted)): Promise<void> {
  const told = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = () => (++signals === 1 ? told.resolve() : onSecond());
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return told.promise;
}
