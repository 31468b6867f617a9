import { expect, test } from "vitest";
import { holdOrder } from "./use-steady-rows.ts";

interface Row {
  id: string;
  text: string;
}
const row = (id: string, text = "") => ({ id, text });
const idOf = ({ id }: Row) => id;

test("rows keep their places and show their newest contents", () => {
  const { rows, waiting } = holdOrder([row("a"), row("b")], [row("b", "new"), row("a")], { idOf });
  expect(rows).toEqual([row("a"), row("b", "new")]);
  expect(waiting).toBe(0);
});

test("rows added above and removed rows wait and are counted", () => {
  const { rows, waiting } = holdOrder([row("a"), row("b")], [row("new"), row("b")], { idOf });
  expect(rows.map(idOf)).toEqual(["a", "b"]);
  expect(waiting).toBe(2);
});

test("rows of the next page appear below at once", () => {
  const { rows, waiting } = holdOrder([row("a")], [row("a"), row("b"), row("c")], { idOf });
  expect(rows.map(idOf)).toEqual(["a", "b", "c"]);
  expect(waiting).toBe(0);
});

test("a list without a common row replaces the old one", () => {
  expect(holdOrder([row("a")], [row("x")], { idOf }).rows.map(idOf)).toEqual(["x"]);
});

test("a row whose button was pressed leaves at once", () => {
  const shown = [row("a"), row("b"), row("c")];
  const { rows, waiting } = holdOrder(shown, [row("c")], { idOf, leaving: new Set(["a", "c"]) });
  expect(rows.map(idOf)).toEqual(["b", "c"]);
  expect(waiting).toBe(1);
});

test("a row that left by its button and comes back is at its place at once", () => {
  const latest = [row("new"), row("a"), row("b")];
  expect(holdOrder([row("b")], latest, { idOf, leaving: new Set(["a"]) })).toEqual({ rows: latest, waiting: 0 });
});
