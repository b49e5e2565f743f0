import { Elysia } from "elysia";
import { getSettings } from "../settings/settings.ts";
import type { InOrganisation } from "./scope.ts";

/** GET /healthz: the process answers. GET /readyz: the database does too, and its tables are there. */
export const health = ({ inOrganisation }: { inOrganisation: InOrganisation }) =>
  new Elysia()
    .get("/healthz", () => ({ status: "ok" }))
    .get("/readyz", async ({ set }) => {
      try {
        await inOrganisation(getSettings);
        return { status: "ready" };
      } catch {
        set.status = 503;
        return { status: "unavailable", detail: "The database does not answer, or its tables are missing." };
      }
    });
