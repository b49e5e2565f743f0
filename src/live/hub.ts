import type { Clock } from "../clock.ts";
import type { Sql } from "../db/client.ts";
import { Channel, type Snapshot } from "./channel.ts";

export interface HubOptions {
  sql: Sql;
  read: (runId: string) => Promise<Snapshot>;
  clock: Pick<Clock, "sleep">;
  onError: (error: unknown) => void;
}

const HEARTBEAT_MS = 15_000;
/** How soon a page tells that a run's process has died: nobody announces that. */
const LOOK_MS = 5_000;

/**
 * The live pages of this process. The engine may run in another one: it announces each commit (`NOTIFY run_changed`),
 * and one connection here listens for all runs. What is announced is read from the tables: memory is only a hint.
 */
export class LiveHub {
  readonly #options: HubOptions;
  readonly #channels = new Map<string, Channel>();
  #listening: Promise<{ unlisten: () => Promise<void> }> | undefined;
  #timers: ReturnType<typeof setInterval>[] | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /**
   * The run's states as an event stream.
   * @param lastEventId the revision that the viewer already shows
   */
  async subscribe(runId: string, lastEventId: string | null): Promise<ReadableStream<Uint8Array>> {
    await this.#listen();
    const known = this.#channels.get(runId);
    const channel = known ?? this.#open(runId);
    return channel.join(lastEventId);
  }

  /** Keeps quiet streams open. */
  beat(): void {
    for (const channel of this.#channels.values()) channel.beat();
  }

  /** Reads each run anew: its process may have died, or an announcement was lost. */
  look(): void {
    for (const channel of this.#channels.values()) void channel.refresh();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers ?? []) clearInterval(timer);
    for (const channel of [...this.#channels.values()]) channel.close();
    // A connection that is gone already listens no more.
    await this.#listening?.then(({ unlisten }) => unlisten()).catch(() => undefined);
  }

  #open(runId: string): Channel {
    const { read, clock, onError } = this.#options;
    const channel = new Channel({
      read: () => read(runId),
      clock,
      onError,
      onEmpty: () => this.#channels.delete(runId),
    });
    this.#channels.set(runId, channel);
    return channel;
  }

  #listen(): Promise<unknown> {
    this.#timers ??= [
      setInterval(() => this.beat(), HEARTBEAT_MS).unref(),
      setInterval(() => this.look(), LOOK_MS).unref(),
    ];
    // Called once it listens and again after each reconnect, when announcements may have been missed.
    this.#listening ??= this.#options.sql.listen(
      "run_changed",
      (runId) => void this.#channels.get(runId)?.refresh(),
      () => this.look(),
    );
    this.#listening.catch(() => {
      this.#listening = undefined;
    });
    return this.#listening;
  }
}
