import type { Sql, Tx } from "../../db/client.ts";
import type { Dice } from "../../providers/sandbox/dice.ts";
import { type Outcome, outcomeOf, settle } from "./outcome.ts";
import type { SimulatedProcess } from "./process.ts";
import { setSessionTime, setTime } from "./slot-queries.ts";
import type { VirtualTime } from "./time.ts";

export interface StoreWeather {
  /** How long a statement takes to get there, at most, in virtual milliseconds. */
  slowestMs: number;
  /** How often a connection breaks before a transaction is done, and after it is done but before that is known. */
  lostBefore: number;
  lostAfter: number;
  /** How often nobody hears of a notice. */
  missedNotices: number;
}

interface StoreOptions {
  /** Connections for transactions, and one for the locks by which processes are known to be alive. */
  pool: Sql;
  keeper: Sql;
  time: VirtualTime;
  dice: Dice;
  weather: StoreWeather;
  /** Called after each transaction of a process. */
  onDone(process: SimulatedProcess): void;
}

interface Listener {
  channel: string;
  process: SimulatedProcess;
  hear: (payload: string) => void;
}

const NOTICE_MS = 3;

/**
 * The one real database, as simulated processes reach it: each transaction is done for real, whole and at one moment of
 * virtual time, some time after it was asked for and some time before its result is heard of. A process that dies in
 * between may or may not have done it; one that freezes may do it late.
 */
export class SimulatedStore {
  readonly #options: StoreOptions;
  readonly #listeners = new Set<Listener>();
  /** While the database cannot be reached, in virtual milliseconds. */
  awayUntil = 0;
  #awaySince = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  goAway(ms: number): void {
    this.#awaySince = this.#options.time.now;
    this.awayUntil = this.#awaySince + ms;
  }

  /** How long nobody has had an answer from it. */
  get awayForMs(): number {
    const { time, weather } = this.#options;
    if (time.now >= this.awayUntil) return 0;
    // Answers of before may still be on their way.
    return Math.max(0, time.now - this.#awaySince - weather.slowestMs);
  }

  /** The database as one process sees it. */
  sqlOf(process: SimulatedProcess): Sql {
    const begin = <T>(work: (tx: Tx) => Promise<T>) => this.#transaction(process, work);
    const special: Record<string, unknown> = {
      begin,
      reserve: async () => this.#lockConnection(process),
      listen: (channel: string, hear: Listener["hear"], onListen?: () => void) =>
        this.#listen({ channel, process, hear }, onListen),
    };
    return new Proxy(this.#options.pool, {
      get: (pool, name) => special[String(name)] ?? Reflect.get(pool, name),
      apply: (_pool, _this, statement: Statement) => begin((tx) => apply(tx, statement)),
    });
  }

  /** The database as somebody sees it who does not wait: for what the schedule itself does. */
  get direct(): Sql {
    const begin = <T>(work: (tx: Tx) => Promise<T>) => this.#transact(work);
    return new Proxy(this.#options.pool, {
      get: (pool, name) => (name === "begin" ? begin : Reflect.get(pool, name)),
    });
  }

  /** The connection that holds the process' lock. It breaks when the process is taken for dead. */
  #lockConnection(process: SimulatedProcess): Sql {
    const { keeper, time } = this.#options;
    const life = process.locks;
    return new Proxy(keeper, {
      get: (connection, name) => (name === "release" ? () => undefined : Reflect.get(connection, name)),
      apply: (connection, _this, statement: Statement) =>
        this.#do(process, async () => {
          if (process.locks !== life) throw connectionLost();
          const [, result] = await Promise.all([setSessionTime(connection, time.now), apply(connection, statement)]);
          return result;
        }),
    });
  }

  #transaction<T>(process: SimulatedProcess, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#do(process, () => this.#transact(work));
  }

  async #transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { pool, time } = this.#options;
    const notices: [channel: string, payload: string][] = [];
    const { result } = await pool.begin(async (tx) => {
      const [, result] = await Promise.all([setTime(tx, time.now), work(listening(tx, notices))]);
      return { result };
    });
    for (const [channel, payload] of notices) this.#notify(channel, payload);
    return result;
  }

  #do<T>(process: SimulatedProcess, work: () => Promise<T>): Promise<T> {
    const { time, dice, weather } = this.#options;
    const reply = Promise.withResolvers<T>();
    // What is on its way already is done, whatever becomes of its sender.
    const owner = dice.chance(0.5) ? process : undefined;
    time.after(
      this.#delay(),
      async () => {
        const outcome = await this.#attempt(process, work);
        time.after(this.#delay(), () => settle(outcome, reply), process);
      },
      owner,
      true,
    );
    process.slowestMs = weather.slowestMs;
    return reply.promise;
  }

  async #attempt<T>(process: SimulatedProcess, work: () => Promise<T>): Promise<Outcome<T>> {
    const { time, dice, weather, onDone } = this.#options;
    if (time.now < this.awayUntil || dice.chance(weather.lostBefore)) return { error: connectionLost() };
    const outcome = await outcomeOf(work);
    onDone(process);
    return dice.chance(weather.lostAfter) ? { error: connectionLost() } : outcome;
  }

  #delay(): number {
    const { dice, weather } = this.#options;
    // Mostly far from the slowest.
    return weather.slowestMs * dice.next() ** 3;
  }

  async #listen(listener: Listener, onListen: (() => void) | undefined) {
    await this.#do(listener.process, async () => undefined);
    this.#listeners.add(listener);
    onListen?.();
    return { unlisten: async () => void this.#listeners.delete(listener) };
  }

  #notify(channel: string, payload: string): void {
    const { time, dice, weather } = this.#options;
    for (const listener of this.#listeners) {
      if (listener.channel !== channel || dice.chance(weather.missedNotices)) continue;
      time.after(dice.next() * NOTICE_MS, () => listener.hear(payload), listener.process);
    }
  }
}

type Statement = [strings: TemplateStringsArray, ...values: unknown[]];

/** A tagged template, or what else a pool or a transaction can be called with. */
const apply = (target: Tx, statement: Statement) => Reflect.apply(target, undefined, statement);

/** The transaction itself, which also notes what it tells other processes. */
function listening(tx: Tx, notices: [string, string][]): Tx {
  return new Proxy(tx, {
    apply: (target, _this, statement: Statement) => {
      const [strings, payload] = statement;
      const channel = Array.isArray(strings) ? /pg_notify\('(\w+)'/.exec(strings[0] ?? "")?.[1] : undefined;
      if (channel) notices.push([channel, String(payload)]);
      return apply(target, statement);
    },
  });
}

function connectionLost(): Error {
  return Object.assign(new Error("write CONNECTION_CLOSED (simulated)"), { code: "CONNECTION_CLOSED" });
}
