import { expect, test } from "vitest";
import { holdOrder } from "./use-steady-rows.ts";

interface Row {
  id: string;
  text: string;
}
const row = (id: string, text = "") => ({ id, text });
const idOf = ({ id }: Row) => id;

test("rows stay where they are and show what they now hold", () => {
  const { rows, waiting } = holdOrder([row("a"), row("b")], [row("b", "new"), row("a")], idOf);
  expect(rows).toEqual([row("a"), row("b", "new")]);
  expect(waiting).toBe(0);
});

test("what came above and what went away waits and is counted", () => {
  const { rows, waiting } = holdOrder([row("a"), row("b")], [row("new"), row("b")], idOf);
  expect(rows.map(idOf)).toEqual(["a", "b"]);
  expect(waiting).toBe(2);
});

test("rows of the next page stand below at once", () => {
  const { rows, waiting } = holdOrder([row("a")], [row("a"), row("b"), row("c")], idOf);
  expect(rows.map(idOf)).toEqual(["a", "b", "c"]);
  expect(waiting).toBe(0);
});

test("another list altogether is shown as it is", () => {
  expect(holdOrder([row("a")], [row("x")], idOf).rows.map(idOf)).toEqual(["x"]);
});
