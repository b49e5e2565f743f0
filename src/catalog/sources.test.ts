import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readCatalogFile } from "./catalog-file.ts";
import leftOut from "./us.left-out.json";

const DATA = new URL("../../../shared/data/", import.meta.url);
const absent = !existsSync(DATA);
if (absent) console.warn(`Skipped: no recorded sources in ${DATA.pathname}`);

const catalog = readCatalogFile();
const categories = catalog.departments.flatMap((department) =>
  department.categories.map((category) => ({ ...category, department: department.name })),
);
const entries = [...catalog.departments, ...categories];

interface TreeNode {
  name: string;
  browseNodeId: string;
}
interface Tree {
  markets: { US: { departments: (TreeNode & { children: TreeNode[] })[] } };
}
interface StartPage {
  nav_links: [name: string, department: string, node: string | null][];
}

const isDepartment = (name: string, nodeId: string) =>
  catalog.departments.some((department) => department.name === name && department.node_id === nodeId);
const isListed = (department: string, name: string, nodeId: string) =>
  categories.some((entry) => entry.department === department && entry.name === name && entry.node_id === nodeId);
const isLeftOut = (department: string, name: string | null, nodeId: string | null) =>
  leftOut.some((one) => one.department === department && one.name === name && one.node_id === nodeId);

test("everything left out has a reason, and is not in the catalogue all the same", () => {
  for (const { department, name, node_id, reason } of leftOut) {
    expect(reason.length, `${department} > ${name}`).toBeGreaterThan(10);
    if (name !== null) expect(isListed(department, name, node_id), `${department} > ${name}`).toBe(false);
  }
});

test("a node of the tree is only trusted when a second source knows it by that name", () => {
  expect(categories.filter(({ source, confirmed_by }) => source === "tree" && confirmed_by.length === 0)).toEqual([]);
});

test("nothing in the catalogue is a download, a plan, a voucher or a subscription", () => {
  const names = entries.map(({ name }) => name).join("\n");
  expect(names).not.toMatch(
    /^kindle|prime video|gift card|digital (software|music|games)|audible|plans|warrant|subscription|prepaid|online/im,
  );
});

describe.skipIf(absent)("against the recorded sources", () => {
  test("each of the 22 departments and 192 children of the tree is listed, or left out by name", async () => {
    const tree: Tree = await Bun.file(new URL("amazon/category-nodes-23-markets-2026.json", DATA)).json();
    const { departments } = tree.markets.US;
    const children = departments.flatMap(({ name, children: below }) => below.map((child) => [name, child] as const));
    expect([departments.length, children.length]).toEqual([22, 192]);
    const forgotten = children.filter(
      ([department, { name, browseNodeId }]) =>
        isListed(department, name, browseNodeId) === isLeftOut(department, name, browseNodeId),
    );
    expect(forgotten).toEqual([]);
    for (const { name, browseNodeId } of departments) {
      expect(isDepartment(name, browseNodeId) || isLeftOut(name, null, browseNodeId), name).toBe(true);
    }
  });

  test("what names the tree or the Electronics page as its source stands there so", async () => {
    const tree = await Bun.file(new URL("amazon/category-nodes-23-markets-2026.json", DATA)).text();
    const page = await linksOf("us-electronics-2026");
    for (const { source, confirmed_by, node_id } of entries) {
      if (source === "tree") expect(tree).toContain(`"browseNodeId": "${node_id}"`);
      if (source === "page" || confirmed_by.includes("page")) {
        expect(page.map(([, , node]) => node)).toContain(node_id);
      }
    }
  });

  test("each category of the Electronics page is listed, or left out by name", async () => {
    const links = (await linksOf("us-electronics-2026")).filter(([, , node]) => node !== null);
    const unknown = links.filter(
      ([name, , node]) => !entries.some(({ node_id }) => node_id === node) && !isLeftOut("Electronics", name, node),
    );
    expect(unknown).toEqual([]);
  });

  test("each department of the Best Sellers start page is listed, or left out by name", async () => {
    const plain = (name: string) => name.toLowerCase().replace(/ and | & /g, " ");
    const listed = new Set(catalog.departments.map(({ name }) => plain(name)));
    const renamed = ["arts, crafts sewing", "computers accessories", "movies tv"];
    const departments = (await linksOf("us-root-2025")).map(([name]) => name).filter((name) => name !== "See More");
    const unknown = departments.filter(
      (name) => !listed.has(plain(name)) && !renamed.includes(plain(name)) && !isLeftOut(name, null, null),
    );
    expect(unknown).toEqual([]);
  });
});

async function linksOf(page: string): Promise<StartPage["nav_links"]> {
  const truth: StartPage = await Bun.file(new URL(`amazon/bestsellers-html-${page}.truth.json`, DATA)).json();
  return truth.nav_links;
}
