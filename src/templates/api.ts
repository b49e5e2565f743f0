import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { checked } from "../violations.ts";
import { toTemplateJson } from "./dto.ts";
import { NewTemplate, TemplatePatch, TemplateQuery } from "./request.ts";
import { changeTemplate, createTemplate, getTemplate, pageOfTemplates, removeTemplate } from "./templates.ts";

export const templatesApi = ({ inOrganisation, orgId }: WebDeps) =>
  new Elysia({ prefix: "/api/collection" })
    .get("/templates", async ({ request }) => {
      const query = queryOf(TemplateQuery, request);
      const page = await inOrganisation((tx) => pageOfTemplates(tx, query));
      return { templates: page.rows.map(toTemplateJson), total: page.total, next_cursor: page.nextCursor };
    })
    .post("/templates", async ({ request, set }) => {
      const body = checked(NewTemplate, await readJson(request));
      const template = await inOrganisation((tx) => createTemplate(tx, orgId, body));
      set.status = 201;
      return toTemplateJson(template);
    })
    .get("/templates/:id", ({ params }) =>
      inOrganisation(async (tx) => toTemplateJson(await getTemplate(tx, params.id))),
    )
    .patch("/templates/:id", async ({ params, request }) => {
      const body = checked(TemplatePatch, await readJson(request));
      return toTemplateJson(await inOrganisation((tx) => changeTemplate(tx, orgId, params.id, body)));
    })
    .delete("/templates/:id", async ({ params, set }) => {
      await inOrganisation((tx) => removeTemplate(tx, params.id));
      set.status = 204;
    });
