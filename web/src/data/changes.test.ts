import { expect, test } from "vitest";
import { addChange, changedSince, changesTold } from "./changes.ts";

test("a list learns of its own rows, of its workspace and area, once", () => {
  const before = changesTold();
  addChange("w", "tasks", "a");
  addChange("w", "tasks", "b");
  addChange("w", "agents", "c");
  addChange("other", "tasks", "d");
  const wanted = new Set(["a", "c", "d"]);
  expect(changedSince("w", "tasks", wanted, before).map(({ id }) => id)).toEqual(["a"]);
  expect(changedSince("w", "tasks", wanted, changesTold())).toEqual([]);
});

test("two lists of the same area each learn of it, and what changed again comes last", () => {
  const before = changesTold();
  for (const id of ["x", "y", "x"]) addChange("w", "tasks", id);
  const wanted = new Set(["x", "y"]);
  for (const _list of [1, 2]) {
    expect(changedSince("w", "tasks", wanted, before).map(({ id }) => id)).toEqual(["y", "x"]);
  }
});
