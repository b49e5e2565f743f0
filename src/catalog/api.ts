import { Elysia } from "elysia";
import type { InOrganisation } from "../http/scope.ts";
import { toCategoriesJson } from "./categories-json.ts";
import { listVerifications, listYields } from "./queries.ts";

export const catalogApi = ({ inOrganisation }: { inOrganisation: InOrganisation }) =>
  new Elysia({ prefix: "/api/amazon" }).get("/categories", () =>
    inOrganisation(async (tx) => {
      const [verifications, yields] = await Promise.all([listVerifications(tx), listYields(tx)]);
      return toCategoriesJson(verifications, yields);
    }),
  );
