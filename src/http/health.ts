import { Elysia } from "elysia";
import { pendingMigrations } from "../db/migrate.ts";
import type { WebDeps } from "./scope.ts";

/** GET /healthz: the process answers. GET /readyz: the database does too, and is as new as the program. */
export const health = ({ sql }: Pick<WebDeps, "sql">) =>
  new Elysia()
    .get("/healthz", () => ({ status: "ok" }))
    .get("/readyz", async ({ set }) => {
      const pending = await pendingMigrations(sql).catch(() => undefined);
      if (pending?.length === 0) return { status: "ready" };
      set.status = 503;
      const detail = pending
        ? "The database lacks migrations."
        : "The database does not answer, or is of another version.";
      return { status: "unavailable", detail };
    });
