import type { Clock } from "../../clock.ts";
import { type Conditions, changeConditions, FAIR_WEATHER, type Fault } from "./conditions.ts";
import { Dice } from "./dice.ts";

/** Decides how a call ends. Seeded by key and attempt, so that the order of arrival makes no difference. */
export class Weather {
  #conditions: Conditions = FAIR_WEATHER;
  readonly #seed: string;
  readonly #clock: Clock;
  #outageEndsAt = 0;
  #second = 0;
  #callsInSecond = 0;

  constructor(seed: string, clock: Clock) {
    this.#seed = seed;
    this.#clock = clock;
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  /** @throws ZodError when a member is unknown or out of bounds; nothing changes then. */
  change(change: unknown): Conditions {
    const before = this.#conditions.outage;
    this.#conditions = changeConditions(this.#conditions, change);
    const { outage } = this.#conditions;
    if (outage !== before) this.#outageEndsAt = this.#clock.monotonic() + (outage?.forMs ?? 0);
    return this.#conditions;
  }

  /** How many calls of this second are left, counting this one; undefined when there is no limit. */
  remaining(): number | undefined {
    const { ratePerSecond } = this.#conditions;
    if (ratePerSecond === null) return undefined;
    const second = Math.floor(this.#clock.monotonic() / 1000);
    if (second !== this.#second) this.#callsInSecond = 0;
    this.#second = second;
    return ratePerSecond - ++this.#callsInSecond;
  }

  /** `attempt` counts from 1. */
  faultOf(key: string, attempt: number, overLimit: boolean): Fault | undefined {
    const { failFirst, failKeys, rates, sticky } = this.#conditions;
    const outage = this.#outage();
    if (outage) return outage;
    if (overLimit) return "429";
    if (failKeys && new RegExp(failKeys.pattern).test(key)) return failKeys.fault;
    if (failFirst && attempt <= failFirst.attempts) return failFirst.fault;
    return new Dice(`${this.#seed}|fault|${key}|${sticky ? "" : attempt}`).weighted(rates);
  }

  latencyMs(key: string, attempt: number): number {
    const { latencyMs } = this.#conditions;
    if (typeof latencyMs === "number") return latencyMs;
    return new Dice(`${this.#seed}|latency|${key}|${attempt}`).between(latencyMs.min, latencyMs.max);
  }

  #outage(): Fault | undefined {
    const { outage } = this.#conditions;
    if (!outage || this.#clock.monotonic() >= this.#outageEndsAt) return undefined;
    return outage.kind === "refuse" ? "503" : outage.kind;
  }
}
