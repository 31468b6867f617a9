import { expect, test } from "vitest";
import { changesBetween } from "./diff.tsx";

test("returns exactly the leaves that differ", () => {
  const before = { name: "A", llm_config: { model: "m1", tags: [1, 2] }, old: true };
  const after = { name: "A", llm_config: { model: "m2", tags: [2, 1] }, fresh: null };
  expect(changesBetween(before, after)).toEqual([
    { path: "llm_config.model", before: "m1", after: "m2" },
    { path: "llm_config.tags", before: [1, 2], after: [2, 1] },
    { path: "old", before: true, after: undefined },
    { path: "fresh", before: undefined, after: null },
  ]);
});

test("equal documents have no changes, and values that are not objects differ as a whole", () => {
  expect(changesBetween({ a: { b: 1 } }, { a: { b: 1 } })).toEqual([]);
  expect(changesBetween("a", { b: 1 })).toEqual([{ path: "", before: "a", after: { b: 1 } }]);
});
