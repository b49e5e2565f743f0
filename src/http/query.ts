import { Kind, type Static, type TObject } from "@sinclair/typebox";
import { checked } from "../violations.ts";

/**
 * The address's query, read by its schema: whole numbers and true/false from their text, empty values as absent (a form
 * sends all its fields). The last of a repeated name counts.
 * @throws ValidationError naming each parameter that does not fit.
 */
export function queryOf<Schema extends TObject>(schema: Schema, request: Request): Static<Schema> {
  const given = [...new URL(request.url).searchParams].filter(([, text]) => text !== "");
  return checked(schema, Object.fromEntries(given.map(([name, text]) => [name, convert(schema, name, text)])));
}

function convert(schema: TObject, name: string, text: string): unknown {
  const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  if (property?.[Kind] === "Integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (property?.[Kind] === "Boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
