import type { OrganisationId } from "./accounts/organisation.ts";

declare const brand: unique symbol;
export type RunId = string & { readonly [brand]: "RunId" };
export type { OrganisationId };

/** A time-ordered id (UUID version 7): new rows land at the end of their index. */
export function newId<Id extends string = string>(): Id {
  return Bun.randomUUIDv7() as Id;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isRunId(text: string): text is RunId {
  return UUID.test(text);
}

/** Whether a text can be an id at all: the database refuses to compare ids with anything else. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
