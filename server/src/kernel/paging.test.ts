import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURSOR, decodeCursor, encodeCursor, pageOf } from "./paging.ts";
import { Problem } from "./problem.ts";

const SHAPES = [CURSOR.time, CURSOR.id, CURSOR.integer];
const PARTS = ["2026-11-22T18:11:07.120Z", "0190aaaa-0000-7000-8000-000000000000", "-42"];

function refusal(cursor: string): Problem {
  try {
    const parts = decodeCursor(cursor, SHAPES);
    return expect.fail(`It was taken as ${JSON.stringify(parts)}.`);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

describe("cursors", () => {
  it("decode to the parts that were encoded", () => {
    expect(decodeCursor(encodeCursor(PARTS), SHAPES)).toEqual(PARTS);
    expect(decodeCursor(encodeCursor([7]), [CURSOR.integer])).toEqual(["7"]);
    expect(decodeCursor(undefined, SHAPES)).toBeUndefined();
  });

  it("anything else is the caller's bad cursor, named", () => {
    const made = encodeCursor(PARTS);
    const other = [
      "",
      "x",
      made.slice(1),
      made.slice(0, -3),
      `${made}AAAA`,
      encodeCursor(PARTS.slice(1)),
      encodeCursor([...PARTS, "1"]),
      encodeCursor([...PARTS].reverse()),
      encodeCursor(["2026-11-22T18:11:07.120Z' or true --", ...PARTS.slice(1)]),
      encodeCursor([...PARTS.slice(0, 2), "1e9"]),
      encodeCursor([...PARTS.slice(0, 2), "9".repeat(30)]),
      "null",
      '{"length":3}',
      "[[1],{},null]",
    ];
    for (const cursor of other) {
      expect(refusal(cursor)).toMatchObject({ code: "invalid_input", details: { errors: [{ path: "/cursor" }] } });
    }
  });

  it("never pass a part to SQL that does not match its shape, for any text", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }), (parts) => {
        const text = JSON.stringify(parts);
        try {
          const taken = decodeCursor(text, SHAPES) ?? [];
          taken.forEach((part, index) => {
            expect(part).toMatch(SHAPES[index] ?? /never/);
          });
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

describe("page", () => {
  it("ends with a cursor to its last row exactly when there is a next page", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (values, size) => {
        const all = [...values].sort((a, b) => a - b);
        const seen: number[] = [];
        let cursor: string | null | undefined;
        do {
          const [after] = decodeCursor(cursor ?? undefined, [CURSOR.integer]) ?? [];
          const rows = all.filter((value) => after === undefined || value > Number(after));
          const answer = pageOf(rows.slice(0, size), rows.length > size, (value) => [value]);
          expect(answer.items.length).toBeLessThanOrEqual(size);
          seen.push(...answer.items);
          cursor = answer.next_cursor;
          if (cursor) expect(seen.length).toBeLessThan(all.length);
        } while (cursor);
        expect(seen).toEqual(all);
      }),
    );
  });
});
