import { Kind, type Static, type TSchema } from "@sinclair/typebox";
import { Value, type ValueError, ValueErrorType } from "@sinclair/typebox/value";
import { type FieldError, ValidationError } from "./errors.ts";

/**
 * The value, when it fits the schema exactly: nothing is converted, filled in or dropped.
 * @throws ValidationError naming each field that does not fit and what is allowed there.
 */
export function checked<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  throw new ValidationError(violations(Value.Errors(schema, value)));
}

/** Each refused field once, with what is allowed there. */
export function violations(errors: Iterable<ValueError>): FieldError[] {
  const byPath = new Map<string, string>();
  for (const error of errors) {
    const path = toFieldPath(error.path);
    if (!byPath.has(path)) byPath.set(path, message(error));
    if (byPath.size >= MAX_VIOLATIONS) break;
  }
  return [...byPath].map(([path, text]) => ({ path, message: text }));
}

const MAX_VIOLATIONS = 50;

function message({ type, schema }: ValueError): string {
  if (type === ValueErrorType.ObjectAdditionalProperties) return "is not a known field";
  if (type === ValueErrorType.ObjectRequiredProperty) return `is required: ${allowed(schema)}`;
  return `must be ${allowed(schema)}`;
}

/** What a schema accepts, in words: its own description, or `a whole number from 1 to 50`. */
function allowed(schema: TSchema): string {
  const { description, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  if (description) return description;
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(allowed).join(" or ");
  switch (schema[Kind]) {
    case "Literal":
      return JSON.stringify(schema.const);
    case "Integer":
      return `a whole number${range(minimum, maximum)}`;
    case "Number":
      return `a number${range(minimum, maximum)}`;
    case "String":
      return `a text${range(minLength, maxLength, " characters")}`;
    case "Array":
      return `a list${range(minItems, maxItems, " entries")}`;
    case "Boolean":
      return "true or false";
    case "Null":
      return "null";
    default:
      return "an object";
  }
}

function range(from: unknown, to: unknown, unit = ""): string {
  if (from !== undefined && to !== undefined) return unit ? ` of ${from} to ${to}${unit}` : ` from ${from} to ${to}`;
  if (from !== undefined) return ` of at least ${from}${unit}`;
  return to === undefined ? "" : ` of at most ${to}${unit}`;
}

/** `/products/0/price` -> `products.0.price`; the whole body is called `body`. */
function toFieldPath(pointer: string): string {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".") || "body";
}
