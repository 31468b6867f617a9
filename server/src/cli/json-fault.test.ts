import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonFault, placeOf } from "./json-fault.ts";

test.each([
  ['{"a": 1,}', 8],
  ["[1,]", 3],
  ["[1 2]", 3],
  ['{"a" 1}', 5],
  ["{1: 2}", 1],
  ["", 0],
  ["  ", 2],
  ["[1", 2],
  ["[1}", 2],
  ["{]", 1],
  ["[,1]", 1],
  ['{"a":1}}', 7],
  ["\ufeff{}", 0],
  ["01", 1],
  ['"\\x"', 0],
  ["tru", 0],
])("%j stops being JSON at %d", (text, at) => {
  expect(jsonFault(text)).toBe(at);
});

test("a fault is found in exactly the texts that the parser refuses", () => {
  const parses = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", ",", "}", "]", '"', ":", "x", "1", "\\", "{"),
      (json, place, extra) => {
        const at = place % (json.length + 1);
        const text = json.slice(0, at) + extra + json.slice(at);
        expect(jsonFault(text) === undefined).toBe(parses(text));
      },
    ),
    { numRuns: 1_000 },
  );
});

test("places count from one", () => {
  expect(placeOf("abc", 0)).toBe("line 1, column 1");
  expect(placeOf("a\nbc", 3)).toBe("line 2, column 2");
});
