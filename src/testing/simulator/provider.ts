import { RetryableError } from "../../providers/errors.ts";
import type { Answer, Fetched, Provider } from "../../providers/provider.ts";
import type { Dice } from "../../providers/sandbox/dice.ts";
import type { ItemKind } from "../../runs/items.ts";
import { ENDINGS, type Fate } from "./fates.ts";
import type { Marketplace } from "./marketplace.ts";
import { type Outcome, settle } from "./outcome.ts";
import type { SimulatedProcess } from "./process.ts";
import type { VirtualTime } from "./time.ts";

export interface ProviderWeather {
  /** How often each fate but `ok` comes. */
  fates: Partial<Record<Fate, number>>;
  /** A time, in milliseconds from the start, in which every call has this fate. */
  storm: { from: number; until: number; fate: Fate } | undefined;
  fastestMs: number;
  slowestMs: number;
}

interface Call {
  key: string;
  process: SimulatedProcess;
}

interface ProviderOptions {
  time: VirtualTime;
  dice: Dice;
  market: Marketplace;
  weather: ProviderWeather;
  /** Whether the engine may not ask the same twice at a time. */
  answersAreShared: boolean;
  storeAwayMs(): number;
  onViolation(what: string): void;
}

/** Nothing is bought that cannot be booked: after so long without an answer of the database nothing is sent. */
const LONGEST_BLIND_MS = 1_050;

/** The provider, with books of its own. A call that its sender does not wait for is carried out and billed all the same. */
export class SimulatedProvider {
  readonly #options: ProviderOptions;
  readonly #open = new Set<Call>();
  readonly billed: Record<ItemKind, number> = { best_sellers: 0, seller_search: 0 };
  /** From now on every call ends well. */
  isCalm = false;
  calls = 0;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** The provider as one process reaches it. */
  seenBy(process: SimulatedProcess): Provider {
    const { market } = this.#options;
    return {
      name: "recorded",
      bestSellers: ({ nodeId }, page, signal) => {
        const key = `best_sellers ${nodeId} ${page}`;
        return this.#answer({ key, process }, "best_sellers", market.bestSellers(nodeId, page), signal);
      },
      search: (query, page, signal) => {
        const key = `seller_search ${JSON.stringify(query)} ${page}`;
        return this.#answer({ key, process }, "seller_search", market.search(query.keywords, page), signal);
      },
      readBestSellers: read,
      readSearch: read,
    };
  }

  #answer(call: Call, kind: ItemKind, page: object, signal: AbortSignal): Promise<Fetched> {
    const { time, dice, weather } = this.#options;
    signal.throwIfAborted();
    this.#note(call);
    const fate = this.#fate();
    // A page of best sellers has no sellers to show.
    const ending = ENDINGS[kind === "best_sellers" && fate === "no_sellers_shown" ? "unreadable" : fate];
    const usual = dice.between(weather.fastestMs, weather.slowestMs);
    const durationMs = this.isCalm ? weather.fastestMs : Math.round(usual * (ending.slowness ?? 1));
    const reply = Promise.withResolvers<Fetched>();
    const body = new TextEncoder().encode(JSON.stringify(ending.body ?? { page }));
    const outcome: Outcome<Fetched> = ending.error
      ? { error: ending.error() }
      : { value: { status: 200, body, durationMs } };
    time.after(durationMs, () => {
      if (ending.isBilled) this.billed[kind] += 1;
      this.#open.delete(call);
      time.after(0, () => settle(outcome, reply), call.process);
    });
    signal.addEventListener("abort", () => {
      this.#open.delete(call);
      reply.reject(signal.reason);
    });
    return reply.promise;
  }

  #fate(): Fate {
    const { time, dice, weather } = this.#options;
    const { storm } = weather;
    const drawn = dice.weighted(weather.fates) ?? "ok";
    if (this.isCalm) return "ok";
    return storm && time.elapsed >= storm.from && time.elapsed < storm.until ? storm.fate : drawn;
  }

  #note(call: Call): void {
    const { answersAreShared, onViolation } = this.#options;
    this.calls += 1;
    if (this.#options.storeAwayMs() > LONGEST_BLIND_MS) onViolation(`sent while the database was away: ${call.key}`);
    // A process that was given up for dead cannot know what is asked in its place.
    const isCertain = ({ process }: Call) => !process.isDead && !process.wasGivenUp;
    const equal = [...this.#open].find((other) => other.key === call.key && isCertain(other));
    if (equal && answersAreShared && isCertain(call)) onViolation(`asked twice at a time: ${call.key}`);
    this.#open.add(call);
  }
}

function read<Page>(body: Uint8Array): Answer<Page> {
  const answer: { page: Page; fault?: boolean } = JSON.parse(new TextDecoder().decode(body));
  if (!answer.fault) return { kind: "page", page: answer.page };
  const error = new RetryableError("faulted", { code: "provider_fault", billing: "not_billed", status: 613 });
  return { kind: "fault", error };
}
