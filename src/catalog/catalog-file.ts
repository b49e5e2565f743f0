import { z } from "zod";
import file from "./us.json";

const node = z.string().regex(/^\d{1,12}$/);
const slug = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const categorySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+--[a-z0-9-]+$/),
  name: z.string().min(1),
  node_id: node,
  marketplace: z.literal("US"),
  source: z.string(),
  confirmed_by: z.array(z.string()),
});

const departmentSchema = z.strictObject({
  id: z.string().regex(slug),
  name: z.string().min(1),
  node_id: node.nullable(),
  source: z.string().nullable(),
  confirmed_by: z.array(z.string()),
  categories: z.array(categorySchema),
});

const catalogSchema = z
  .strictObject({
    marketplace: z.literal("US"),
    sources: z.record(z.string(), z.strictObject({ title: z.string().min(1), date: z.iso.date() })),
    departments: z.array(departmentSchema).min(1),
  })
  .superRefine(({ sources, departments }, context) => {
    const entries = departments.flatMap((department) => [department, ...department.categories]);
    const refuse = (message: string) => context.addIssue({ code: "custom", message });
    for (const id of repeated(entries.map((entry) => entry.id))) refuse(`the id ${id} is there twice`);
    for (const id of repeated(entries.map((entry) => entry.node_id))) refuse(`the node ${id} is there twice`);
    for (const { id, node_id, source, confirmed_by } of entries) {
      if ((source === null) !== (node_id === null))
        refuse(`${id} has a node without a source, or a source without one`);
      const unknown = [source, ...confirmed_by].find((name) => name !== null && !(name in sources));
      if (unknown) refuse(`${id} names the source ${unknown}, which is not described`);
    }
  });

export type CatalogFile = z.infer<typeof catalogSchema>;

/** The catalogue as shipped. @throws z.ZodError when the file is broken, which the tests would have told. */
export function readCatalogFile(content: unknown = file): CatalogFile {
  return catalogSchema.parse(content);
}

function repeated(values: (string | null)[]): string[] {
  const given = values.filter((value) => value !== null);
  return given.filter((value, index) => given.indexOf(value) !== index);
}
