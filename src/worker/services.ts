import { startTrimming } from "../activity/start-trimming.ts";
import { startRetention } from "../retention/start-retention.ts";
import { startScheduler } from "../schedules/scheduler.ts";
import { Dispatcher } from "./dispatcher.ts";
import { type EngineOptions, openEngine, type ProcessKind } from "./engine.ts";

export interface Services extends AsyncDisposable {
  /** Gives calls under way up, instead of waiting for them. */
  cut(): void;
}

/** Everything that a process does on its own while it serves or works; disposed of in reverse order. */
export async function startServices(
  options: EngineOptions,
  kind: Extract<ProcessKind, "serve" | "worker">,
): Promise<Services> {
  const services = new AsyncDisposableStack();
  try {
    const engine = services.use(await openEngine(options, kind));
    const dispatcher = new Dispatcher(engine);
    dispatcher.start();
    services.defer(() => dispatcher.stop());
    const { sql, clock, log } = engine;
    const retention = startRetention({ sql, clock, log, rawDirectory: `${options.dataDir}/raw` });
    services.defer(() => retention.stop());
    const trimming = startTrimming({ sql, clock, log });
    services.defer(() => trimming.stop());
    const scheduler = startScheduler({ sql, clock, log });
    services.defer(() => scheduler.stop());
    return { cut: () => dispatcher.cut(), [Symbol.asyncDispose]: () => services.disposeAsync() };
  } catch (error) {
    await services.disposeAsync();
    throw error;
  }
}
