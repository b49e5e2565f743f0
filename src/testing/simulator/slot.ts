import { connect, type Sql } from "../../db/client.ts";
import { createTestDatabase } from "../database.ts";
import { prepareDatabase } from "./slot-queries.ts";

/** A database in which schedules are lived one after the other. */
export interface Slot extends AsyncDisposable {
  pool: Sql;
  /** One connection: it holds the locks of all simulated processes. */
  keeper: Sql;
}

const CONNECTIONS = 5;

export async function openSlot(): Promise<Slot> {
  const db = await createTestDatabase();
  await prepareDatabase(db.sql, "database" in db.target ? db.target.database : "");
  const pool = connect(db.target, { max: CONNECTIONS });
  const keeper = connect(db.target, { max: 1 });
  return {
    pool,
    keeper,
    async [Symbol.asyncDispose]() {
      await Promise.all([pool.end({ timeout: 1 }), keeper.end({ timeout: 1 })]);
      await db.drop();
    },
  };
}
