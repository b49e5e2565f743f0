/** A named selection of categories. */
export interface Preset {
  /** Of a built-in preset its key: `all`, `top-10`. */
  id: string;
  name: string;
  categoryIds: readonly string[];
  isBuiltIn: boolean;
  createdBy: string | null;
  createdAt: Date | null;
  updatedAt: Date | null;
}

export function toPresetJson(preset: Preset) {
  return {
    id: preset.id,
    name: preset.name,
    built_in: preset.isBuiltIn,
    category_ids: preset.categoryIds,
    created_by: preset.createdBy,
    created_at: preset.createdAt?.toISOString() ?? null,
    updated_at: preset.updatedAt?.toISOString() ?? null,
  };
}
