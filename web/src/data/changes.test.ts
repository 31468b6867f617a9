import { expect, test } from "vitest";
import { addChange, changeCount, changedSince } from "./changes.ts";

test("a list gets the changes of its own rows in its workspace and area once", () => {
  const before = changeCount();
  addChange("w", "tasks", "a");
  addChange("w", "tasks", "b");
  addChange("w", "agents", "c");
  addChange("other", "tasks", "d");
  const wanted = new Set(["a", "c", "d"]);
  expect(changedSince("w", "tasks", wanted, before).map(({ id }) => id)).toEqual(["a"]);
  expect(changedSince("w", "tasks", wanted, changeCount())).toEqual([]);
});

test("two lists of one area both get a change, and a repeated change comes last", () => {
  const before = changeCount();
  for (const id of ["x", "y", "x"]) addChange("w", "tasks", id);
  const wanted = new Set(["x", "y"]);
  for (const _list of [1, 2]) {
    expect(changedSince("w", "tasks", wanted, before).map(({ id }) => id)).toEqual(["y", "x"]);
  }
});
