import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeHead } from "./merge-head.ts";

const idOf = (id: number) => String(id);
const held = (rows: number[], next: string | null = "more") => ({ rows, next });

describe("a first page that was read again", () => {
  test("is the whole list when there was none, and when no page follows", () => {
    expect(mergeHead(undefined, held([3, 2]), idOf)).toEqual(held([3, 2]));
    expect(mergeHead(held([9, 8, 7, 6]), held([3, 2], null), idOf)).toEqual(held([3, 2], null));
  });

  test("adds new rows, drops rows that left it, and keeps the rows below", () => {
    expect(mergeHead(held([6, 5, 4, 3, 2, 1], "c"), held([7, 5, 4], "d"), idOf)).toEqual(held([7, 5, 4, 3, 2, 1], "c"));
  });

  test("replaces the list when it does not reach a known row", () => {
    expect(mergeHead(held([3, 2, 1], "c"), held([9, 8, 7], "d"), idOf)).toEqual(held([9, 8, 7], "d"));
  });

  test("holds no row twice, even when a row moved up into it", () => {
    expect(mergeHead(held([6, 5, 4, 3, 2], "c"), held([2, 6, 5], "d"), idOf)).toEqual(held([2, 6, 5, 4, 3], "c"));
  });
});

test("for any changes above, the list equals the server's rows down to the last known row, in order", () => {
  const rows = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
  fc.assert(
    fc.property(
      rows,
      rows,
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 30 }),
      (old, fresh, size, known) => {
        // Newest first, as lists are; rows below the head do not change here.
        const before = [...old].sort((a, b) => b - a);
        const shown = held(before.slice(0, known), before.length > known ? "c" : null);
        const after = [...new Set([...fresh.filter((row) => row > (before[0] ?? 0)), ...before])].sort((a, b) => b - a);
        const head = held(after.slice(0, size), after.length > size ? "h" : null);
        const merged = mergeHead(shown, head, idOf);
        expect(merged.rows).toEqual(after.slice(0, merged.rows.length));
        expect(merged.rows.length).toBeGreaterThanOrEqual(Math.min(size, after.length));
      },
    ),
  );
});
