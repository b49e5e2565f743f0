export type ChangeKind = "add" | "remove" | "rename" | "flag";
export type EntryAction = "add" | "edit" | "remove" | "flag" | "import" | "export" | "revert" | "run";
export type EntrySource = "manual" | "collection_run" | "auto_remove" | "schedule";

/** What a change touched, before or after it. */
export interface ChangeValue {
  displayName?: string;
  normalizedName?: string;
  flagged?: boolean;
}
