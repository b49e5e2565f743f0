import { systemClock } from "../../clock.ts";
import { AnswerWriter } from "./answers.ts";
import { CallStats, type StatsSnapshot } from "./call-stats.ts";
import { type Conditions, FAIR_WEATHER } from "./conditions.ts";
import { controlRoutes } from "./control.ts";
import { Listener } from "./listener.ts";
import { createMarketplace, type Marketplace, type MarketplaceOptions } from "./marketplace.ts";
import { QueryEndpoint } from "./query-endpoint.ts";
import { Weather } from "./weather.ts";

export interface SandboxOptions extends MarketplaceOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default "sandbox". */
  username?: string;
  /** Default "sandbox". */
  password?: string;
  /** What differs from a fair day: latency, page size, faults. */
  conditions?: Partial<Conditions>;
}

export interface Sandbox {
  readonly url: string;
  readonly port: number;
  readonly marketplace: Marketplace;
  stats(): StatsSnapshot;
  resetStats(): void;
  /** Changes what is given and keeps the rest. @throws ZodError when a member is unknown or out of bounds. */
  setFaults(change: Partial<Conditions>): Conditions;
  stop(): Promise<void>;
}

/** Who closes the port with a call over that port still gets an answer. */
const ANSWER_FIRST_MS = 20;

/**
 * Starts an Oxylabs-compatible server on 127.0.0.1 that sells an imaginary marketplace.
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export function startSandbox(options: SandboxOptions = {}): Sandbox {
  const marketplace = createMarketplace(options);
  const weather = new Weather(marketplace.seed, systemClock);
  weather.change(options.conditions ?? {});
  const stats = new CallStats();
  const endpoint = new QueryEndpoint({
    username: options.username ?? "sandbox",
    password: options.password ?? "sandbox",
    writer: new AnswerWriter(marketplace, options.conditions?.pageBytes ?? FAIR_WEATHER.pageBytes),
    weather,
    stats,
    clock: systemClock,
  });

  const listen = (port: number) =>
    Bun.serve({
      hostname: "127.0.0.1",
      port,
      // A provider takes its time: up to 150 s without a byte.
      idleTimeout: 0,
      routes: {
        "/v1/queries": { POST: (request) => endpoint.answer(request) },
        ...controlRoutes({ marketplace, weather, stats, setFaults: (change) => setFaults(change, ANSWER_FIRST_MS) }),
      },
      fetch: () => Response.json({ message: "Resource not found" }, { status: 404 }),
    });
  const listener = new Listener(options.port ?? 0, listen);
  openOrShut(weather.conditions.outage, 0);

  function setFaults(change: unknown, shutAfterMs: number): Conditions {
    const { outage } = weather.conditions;
    const conditions = weather.change(change);
    if (conditions.outage !== outage) openOrShut(conditions.outage, shutAfterMs);
    return conditions;
  }

  function openOrShut(outage: Conditions["outage"], shutAfterMs: number): void {
    if (outage?.kind === "refuse") listener.shut(outage.forMs, shutAfterMs);
    else listener.reopen();
  }

  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    marketplace,
    stats: () => stats.snapshot(),
    resetStats: () => stats.reset(),
    setFaults: (change) => setFaults(change, 0),
    stop: () => listener.stop(),
  };
}
