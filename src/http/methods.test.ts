import { expect, test } from "bun:test";
import { methodsAt } from "./methods.ts";

const routes = [
  { method: "GET", path: "/api/sellers/" },
  { method: "GET", path: "/api/sellers/:id" },
  { method: "PATCH", path: "/api/sellers/:id" },
  { method: "POST", path: "/api/sellers/import" },
  { method: "GET", path: "/static/*" },
];

test("an address answers to the methods of all routes that fit it, and to HEAD where to GET", () => {
  expect(methodsAt(routes, "/api/sellers")).toEqual(["GET", "HEAD"]);
  expect(methodsAt(routes, "/api/sellers/7/")).toEqual(["GET", "HEAD", "PATCH"]);
  expect(methodsAt(routes, "/api/sellers/import")).toEqual(["GET", "HEAD", "PATCH", "POST"]);
  expect(methodsAt(routes, "/static/fonts/geist.woff2")).toEqual(["GET", "HEAD"]);
});

test("where there is nothing, no method is named", () => {
  expect(methodsAt(routes, "/api")).toEqual([]);
  expect(methodsAt(routes, "/api/sellers/7/evidence")).toEqual([]);
});
