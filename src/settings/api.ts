import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import type { InOrganisation } from "../http/scope.ts";
import { toSettingsJson } from "./dto.ts";
import { getSettings, patchSettings } from "./settings.ts";

export const settingsApi = ({ inOrganisation }: { inOrganisation: InOrganisation }) =>
  new Elysia({ prefix: "/api/collection/settings" })
    .get("/", () => inOrganisation(async (tx) => toSettingsJson(await getSettings(tx))))
    .patch("/", async ({ request }) => {
      const patch = await readJson(request);
      return inOrganisation(async (tx) => toSettingsJson(await patchSettings(tx, patch)));
    });
