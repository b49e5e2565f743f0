import { Type } from "@sinclair/typebox";
import { databaseFault } from "./db/fault.ts";
import { ConflictError, ValidationError } from "./errors.ts";
import { displayName } from "./sellers/name.ts";

/** A name that a person gives to something: a preset, a template, a schedule. */
export const Name = Type.String({ minLength: 1, maxLength: 255 });

/**
 * The name as it is kept: trimmed, inner blanks collapsed, without what cannot be seen.
 * @throws ValidationError when nothing is left of it.
 */
export function keptName(given: string): string {
  const name = displayName(given);
  if (name === "") throw new ValidationError([{ path: "name", message: "must have a character that can be seen" }]);
  return name;
}

/** Names differ when they do so in more than their case. */
export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const nameTaken = (what: string, name: string): ConflictError =>
  new ConflictError("name_taken", `There is a ${what} named ${JSON.stringify(name)} already: choose another name.`);

/**
 * What `write` resolves to; the unique index on the name has the last word on whether it is free.
 * @throws ConflictError when it is not.
 */
export async function unlessNameTaken<T>(what: string, name: string, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const fault = databaseFault(error);
    if (fault?.code === "23505" && fault.constraint?.endsWith("_name")) throw nameTaken(what, name);
    throw error;
  }
}
