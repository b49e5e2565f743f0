import { Type } from "@sinclair/typebox";
import { listQuery } from "../paging.ts";

/** PostgreSQL's text knows no NUL. */
const searchText = Type.String({ maxLength: 255, pattern: "^[^\\u0000]*$" });
const uuid = Type.String({ pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", description: "an id" });
const instant = Type.String({
  pattern:
    "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d))?$",
  description: "a day or an instant such as 2026-11-20T08:00:00Z",
});

/** What `GET /api/sellers` and the page /sellers can be asked. */
export const SellerQuery = listQuery({
  search: Type.Optional(searchText),
  flagged: Type.Optional(Type.Boolean()),
  run_id: Type.Optional(uuid),
  first_seen_after: Type.Optional(instant),
  sort: Type.Optional(
    Type.Union([
      Type.Literal("newest"),
      Type.Literal("name"),
      Type.Literal("times_seen"),
      Type.Literal("feedback_score"),
    ]),
  ),
});

export const EvidenceQuery = listQuery({});

export const ExportQuery = Type.Object(
  {
    format: Type.Optional(
      Type.Union([Type.Literal("csv"), Type.Literal("json"), Type.Literal("ndjson"), Type.Literal("text")]),
    ),
    run_id: Type.Optional(uuid),
    flagged: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
