import { Type } from "@sinclair/typebox";
import { Name } from "../names.ts";
import { listQuery } from "../paging.ts";

const CategoryIds = Type.Array(Type.String({ maxLength: 255 }), { maxItems: 1000 });

export const NewPreset = Type.Object({ name: Name, category_ids: CategoryIds }, { additionalProperties: false });

/** What is left out stays as it is. */
export const PresetPatch = Type.Partial(NewPreset);

export const PresetQuery = listQuery({});
