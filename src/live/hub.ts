import type { Sql } from "../db/client.ts";

/** One viewer that comes, or comes back. */
export interface Joining {
  /** The last event id that it has seen; null when it is new. */
  seen: string | null;
  /** Called before its stream is ended by us. */
  onEnd?: () => void;
}

/** All viewers of one run in this process. */
export interface LiveChannel {
  join(viewer: Joining): ReadableStream<Uint8Array>;
  /** Reads what is new and sends it. */
  refresh(): Promise<void>;
  /** Keeps quiet streams open. */
  beat(): void;
  /** Lets those go who read nothing. */
  look(): void;
  /** Ends all streams; browsers reconnect. */
  close(): void;
}

export interface HubOptions {
  sql: Sql;
  /** @param onEmpty to be called when the last viewer has left */
  open: (runId: string, onEmpty: () => void) => LiveChannel;
  /** Calls again and again until it is stopped; a timer that does not keep the process alive by default. */
  every?: (ms: number, call: () => void) => () => void;
}

const HEARTBEAT_MS = 15_000;
/** How soon a page tells that a run's process has died: nobody announces that. */
const LOOK_MS = 5_000;

/**
 * The live streams of this process, of one kind. The engine may run in another one: it announces each commit
 * (`NOTIFY run_changed`), and one connection listens for all runs. What is announced is read from the tables: memory is
 * only a hint.
 */
export class LiveHub {
  readonly #options: HubOptions;
  readonly #channels = new Map<string, LiveChannel>();
  #listening: Promise<{ unlisten: () => Promise<void> }> | undefined;
  #timers: (() => void)[] | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /** What the run's channel has to tell, as an event stream. The run must exist. */
  async subscribe(runId: string, viewer: Joining): Promise<ReadableStream<Uint8Array>> {
    await this.#listen();
    const channel = this.#channels.get(runId) ?? this.#open(runId);
    return channel.join(viewer);
  }

  async stop(): Promise<void> {
    for (const stopTimer of this.#timers ?? []) stopTimer();
    for (const channel of [...this.#channels.values()]) channel.close();
    // A connection that is gone already listens no more.
    await this.#listening?.then(({ unlisten }) => unlisten()).catch(() => undefined);
  }

  #open(runId: string): LiveChannel {
    const channel = this.#options.open(runId, () => this.#channels.delete(runId));
    this.#channels.set(runId, channel);
    return channel;
  }

  #listen(): Promise<unknown> {
    const { sql, every = everyUnref } = this.#options;
    this.#timers ??= [every(HEARTBEAT_MS, () => this.#beat()), every(LOOK_MS, () => this.#look())];
    // Called once it listens and again after each reconnect, when announcements may have been missed.
    this.#listening ??= sql.listen(
      "run_changed",
      (runId) => void this.#channels.get(runId)?.refresh(),
      () => this.#refreshAll(),
    );
    this.#listening.catch(() => {
      this.#listening = undefined;
    });
    return this.#listening;
  }

  #beat(): void {
    for (const channel of [...this.#channels.values()]) channel.beat();
  }

  /** Each run's process may have died, or an announcement was lost. */
  #look(): void {
    for (const channel of [...this.#channels.values()]) channel.look();
    this.#refreshAll();
  }

  #refreshAll(): void {
    for (const channel of this.#channels.values()) void channel.refresh();
  }
}

function everyUnref(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms).unref();
  return () => clearInterval(timer);
}
