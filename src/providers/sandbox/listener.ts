type Server = ReturnType<typeof Bun.serve>;

/** A port that can be shut for a while, so that calls to it are refused. */
export class Listener {
  readonly port: number;
  readonly #listen: (port: number) => Server;
  #server: Server | undefined;
  #timer: Timer | undefined;

  /** Listens at once, on any free port when `port` is 0. @throws Error with code EADDRINUSE when the port is taken. */
  constructor(port: number, listen: (port: number) => Server) {
    this.#server = listen(port);
    this.port = this.#server.port ?? port;
    this.#listen = listen;
  }

  /** Breaks all connections too. `afterMs` leaves time to answer the call that asked for it. */
  shut(forMs: number, afterMs: number): void {
    this.#after(afterMs, () => {
      this.#close();
      this.#after(forMs, () => this.reopen());
    });
  }

  reopen(): void {
    clearTimeout(this.#timer);
    this.#server ??= this.#listen(this.port);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#close();
  }

  #close(): Promise<void> | undefined {
    const server = this.#server;
    this.#server = undefined;
    return server?.stop(true);
  }

  #after(ms: number, action: () => void): void {
    clearTimeout(this.#timer);
    if (ms === 0) action();
    else this.#timer = setTimeout(action, ms);
  }
}
