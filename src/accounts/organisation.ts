declare const brand: unique symbol;
export type OrganisationId = string & { readonly [brand]: "OrganisationId" };

/** The organisation that every installation starts with; its row is made by the first migration. */
export const FIRST_ORGANISATION = "00000000-0000-7000-8000-000000000001" as OrganisationId;
