import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { checked } from "../violations.ts";
import { pageOfPresets } from "./list.ts";
import { toPresetJson } from "./preset.ts";
import { changePreset, createPreset, getPreset, removePreset } from "./presets.ts";
import { NewPreset, PresetPatch, PresetQuery } from "./request.ts";

export const presetsApi = ({ inOrganisation, orgId }: WebDeps) =>
  new Elysia({ prefix: "/api/amazon" })
    .get("/presets", async ({ request }) => {
      const query = queryOf(PresetQuery, request);
      const page = await inOrganisation((tx) => pageOfPresets(tx, query));
      return { presets: page.rows.map(toPresetJson), total: page.total, next_cursor: page.nextCursor };
    })
    .post("/presets", async ({ request, set }) => {
      const body = checked(NewPreset, await readJson(request));
      const preset = await inOrganisation((tx) => createPreset(tx, orgId, body));
      set.status = 201;
      return toPresetJson(preset);
    })
    .get("/presets/:id", ({ params }) => inOrganisation(async (tx) => toPresetJson(await getPreset(tx, params.id))))
    .patch("/presets/:id", async ({ params, request }) => {
      const body = checked(PresetPatch, await readJson(request));
      return toPresetJson(await inOrganisation((tx) => changePreset(tx, params.id, body)));
    })
    .delete("/presets/:id", async ({ params, set }) => {
      await inOrganisation((tx) => removePreset(tx, params.id));
      set.status = 204;
    });
