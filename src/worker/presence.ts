import type { Sql } from "../db/client.ts";
import { newId } from "../ids.ts";
import { holdProcess, releaseProcess } from "./presence-queries.ts";

/**
 * Shows other processes that this one is there: a session-level advisory lock on a connection of its own, so that it is
 * free the moment the process is gone, however it went.
 */
export class Presence implements AsyncDisposable {
  readonly processId = newId();
  readonly #sql: Sql;
  #connection: Promise<Awaited<ReturnType<Sql["reserve"]>>> | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Call now and then: after the database was gone, the lock has to be taken again on another connection. */
  hold(): Promise<void> {
    return this.holdWith(holdProcess);
  }

  /** Holds it by a query of its own that takes the lock beside what it is about. */
  async holdWith<T>(query: (connection: Sql, processId: string) => Promise<T>): Promise<T> {
    this.#connection ??= this.#sql.reserve();
    try {
      return await query(await this.#connection, this.processId);
    } catch (error) {
      // The connection broke, and its lock is free. It is not given back: every query on it would fail.
      this.#connection = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      const connection = await this.#connection;
      if (!connection) return;
      await releaseProcess(connection, this.processId);
      connection.release();
    } catch {
      // Gone already, and the lock with it.
    }
  }
}
