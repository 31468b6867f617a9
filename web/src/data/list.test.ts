import { expect, test } from "vitest";
import { shareData } from "./list.ts";

interface Row {
  id: string;
  name: string;
}
const idOf = ({ id }: Row) => id;
const held = (rows: Row[]) => ({ rows, next: null, seen: 0 });

test("unchanged rows of a list stay the same objects, and changed ones do not", () => {
  const before = held([
    { id: "a", name: "Ada" },
    { id: "b", name: "Bob" },
  ]);
  const now = held([
    { id: "b", name: "Bob" },
    { id: "a", name: "Adele" },
  ]);
  const shared = shareData(before, now, idOf) as typeof before;
  expect(shared.rows[0]).toBe(before.rows[1]);
  expect(shared.rows[1]).toEqual({ id: "a", name: "Adele" });
});

test("an observer of one row gets another row, a changed row, or none", () => {
  const ada = { id: "a", name: "Ada" };
  expect(shareData(ada, { id: "b", name: "Bob" }, idOf)).toEqual({ id: "b", name: "Bob" });
  expect(shareData(ada, { ...ada, name: "Adele" }, idOf)).toEqual({ id: "a", name: "Adele" });
  expect(shareData(ada, { ...ada }, idOf)).toBe(ada);
  expect(shareData(ada, undefined, idOf)).toBeUndefined();
});
