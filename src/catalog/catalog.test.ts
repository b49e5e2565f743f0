import { expect, test } from "bun:test";
import {
  ALL,
  ALL_PRESET,
  collectable,
  departments,
  findCategory,
  getCategories,
  UnknownCategoryError,
} from "./catalog.ts";
import { readCatalogFile } from "./catalog-file.ts";
import { toCategoriesJson } from "./categories-json.ts";

const refusal = (ids: string[]) => {
  try {
    getCategories(ids);
  } catch (error) {
    if (error instanceof UnknownCategoryError) return error;
  }
  throw new Error("it was not refused");
};

test("categories come in the order asked for, each once", () => {
  const ids = ["home-and-kitchen--home-decor", "electronics--headphones", "home-and-kitchen--home-decor"];
  expect(getCategories(ids).map(({ nodeId }) => nodeId)).toEqual(["1063278", "172541"]);
});

test("a department's own list can be collected by the department's id", () => {
  expect(findCategory("electronics")).toMatchObject({ nodeId: "172282", departmentId: "electronics" });
  expect(findCategory("books")).toBeUndefined();
});

test("the refusal names every unknown id and what was probably meant", () => {
  const error = refusal(["electronics--headphone", "electronics--headphones", "1063278", "qqqqq"]);
  expect(error).toMatchObject({ status: 400, code: "unknown_category" });
  expect(error.unknown.map(({ id }) => id)).toEqual(["electronics--headphone", "1063278", "qqqqq"]);
  expect(error.detail).toContain('"electronics--headphone". Did you mean electronics--headphones');
  expect(error.detail).toContain('"1063278". Did you mean home-and-kitchen--home-decor');
  expect(error.detail).toEndWith('There is no category "qqqqq".');
});

test("an id of rubbish is quoted short and without control characters", () => {
  const { detail } = refusal([`\u001b[31m${"x".repeat(5000)}`]);
  expect(detail.length).toBeLessThan(200);
  expect(detail).not.toContain("\u001b");
});

test("All takes every category, and a department's own list only where it has no categories", () => {
  const categories = departments.flatMap((department) => department.categories);
  const alone = departments.filter((department) => department.categories.length === 0).map(({ id }) => id);
  expect(alone).toEqual(["smart-home"]);
  expect(ALL).toHaveLength(categories.length + alone.length);
  expect(getCategories(ALL_PRESET.categoryIds)).toEqual([...ALL]);
  expect(ALL.some(({ id }) => id === "electronics")).toBe(false);
});

test("the JSON form marks as verified only what was verified for the node of today", () => {
  const json = toCategoriesJson([
    { categoryId: "electronics--headphones", nodeId: "172541", verdict: "verified" },
    { categoryId: "electronics--camera-photo", nodeId: "1", verdict: "verified" },
    { categoryId: "electronics--car-electronics", nodeId: "1077068", verdict: "empty" },
  ]);
  const all = json.departments.flatMap(({ categories }) => categories);
  expect(all).toHaveLength(departments.flatMap(({ categories }) => categories).length);
  expect(all.filter(({ verified }) => verified)).toEqual([
    {
      id: "electronics--headphones",
      name: "Headphones",
      node_id: "172541",
      marketplace: "US",
      verified: true,
      yield: null,
    },
  ]);
});

test("ids and nodes are unique, and every entry names its source", () => {
  expect(new Set(collectable.map(({ id }) => id)).size).toBe(collectable.length);
  expect(new Set(collectable.map(({ nodeId }) => nodeId)).size).toBe(collectable.length);
  for (const { node_id, source } of readCatalogFile().departments) expect(source === null).toBe(node_id === null);
});

test("a broken file is refused with what is wrong in it", () => {
  const sources = { a: { title: "A", date: "2026-01-01" } };
  const entry = (id: string, node_id: string, source = "a") => {
    return { id, name: id, node_id, marketplace: "US", source, confirmed_by: [] };
  };
  const department = (categories: object[]) => {
    return { id: "d", name: "D", node_id: null, source: null, confirmed_by: [], categories };
  };
  const read = (categories: object[]) => () =>
    readCatalogFile({ marketplace: "US", sources, departments: [department(categories)] });
  expect(read([entry("d--a", "1"), entry("d--b", "1")])).toThrow("the node 1 is there twice");
  expect(read([entry("d--a", "1"), entry("d--a", "2")])).toThrow("the id d--a is there twice");
  expect(read([entry("d--a", "1", "guess")])).toThrow("names the source guess");
  expect(read([entry("d--a", "x")])).toThrow("node_id");
});
