import { expect, test } from "vitest";
import { type FirstPages, firstPageAt, rangeStart } from "./first-pages.ts";

const PAGES: FirstPages = {
  reads: ["/api/agents"],
  ranges_ms: [],
  pages: [
    { path: "/tasks", scripts: ["assets/list.js"], reads: ["/api/tasks"] },
    {
      path: "/tasks/$id",
      scripts: ["assets/one.js"],
      reads: ["/api/tasks/{id}", "/api/workspaces/{workspace}/members"],
    },
  ],
};

const at = (address: string) => firstPageAt(PAGES, new URL(address, "http://page"));

test("a page has the reads of the navigation and its own, with the values of its path", () => {
  expect(at("/tasks/")).toEqual({
    scripts: ["assets/list.js"],
    reads: ["/api/agents", "/api/tasks"],
  });
  expect(at("/tasks/0198-a?workspace=w1")).toEqual({
    scripts: ["assets/one.js"],
    reads: ["/api/agents", "/api/tasks/0198-a", "/api/workspaces/{workspace}/members"],
  });
});

test("a page with filters has its files, and only the reads of the navigation", () => {
  expect(at("/tasks?workspace=w1&status=failed")).toEqual({ scripts: ["assets/list.js"], reads: ["/api/agents"] });
});

test.each(["/", "/nowhere", "/tasks/a/b", "/tasks/..%2f..%2fkeys", "/tasks/a%26status=x", "/tasks/{id}"])(
  "%s has only the reads of the navigation",
  (address) => {
    expect(at(address)).toEqual({ scripts: [], reads: ["/api/agents"] });
  },
);

test("a range holds the life of a young workspace, is otherwise the last one, and begins at full five minutes", () => {
  const now = Date.parse("2026-03-02T10:04:59Z");
  const start = (born: string) => {
    const id = Date.parse(born).toString(16).padStart(12, "0");
    return rangeStart([3_600_000, 86_400_000], `${id.slice(0, 8)}-${id.slice(8)}-7000-8000-000000000000`, now);
  };
  expect(start("2026-03-02T10:04:00Z")).toBe("2026-03-02T09:00:00.000Z");
  expect(start("2026-03-02T08:00:00Z")).toBe("2026-03-01T10:00:00.000Z");
  expect(start("2025-03-02T08:00:00Z")).toBe("2026-03-01T10:00:00.000Z");
});
