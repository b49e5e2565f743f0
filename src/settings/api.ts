import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import { queryOf } from "../http/query.ts";
import type { InOrganisation } from "../http/scope.ts";
import { listQuery } from "../paging.ts";
import { pageOfChanges } from "./changes.ts";
import { toChangeJson, toSettingsJson } from "./dto.ts";
import { getSettings, patchSettings } from "./settings.ts";

const ChangeQuery = listQuery({});

export const settingsApi = ({ inOrganisation }: { inOrganisation: InOrganisation }) =>
  new Elysia({ prefix: "/api/collection/settings" })
    .get("/", () => inOrganisation(async (tx) => toSettingsJson(await getSettings(tx))))
    .get("/changes", async ({ request }) => {
      const query = queryOf(ChangeQuery, request);
      const page = await inOrganisation((tx) => pageOfChanges(tx, query));
      return { changes: page.rows.map(toChangeJson), total: page.total, next_cursor: page.nextCursor };
    })
    .patch("/", async ({ request }) => {
      const patch = await readJson(request);
      return inOrganisation(async (tx) => toSettingsJson(await patchSettings(tx, patch)));
    });
