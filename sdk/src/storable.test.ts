import { expect, test } from "vitest";
import { JSON_DOCUMENT_BYTES_MAX } from "../../server/src/kernel/schema.ts";
import { cutText, DOCUMENT_BYTES_MAX, toJson } from "./storable.ts";

const mended = (value: unknown) => JSON.parse(toJson(value) ?? "null") as unknown;

test("replaces what the database cannot hold, in values and names at any depth", () => {
  expect(mended({ "a\0": ["x\0y", { "\ud83d": "half \ude00, whole \u{1f600}" }] })).toEqual({
    "a\uFFFD": ["x\uFFFDy", { "\uFFFD": "half \uFFFD, whole \u{1f600}" }],
  });
});

test("keeps each field when two names become equal", () => {
  expect(mended({ "a\0": 1, "a\uFFFD": 2 })).toEqual({ "a\uFFFD": 1, "a\uFFFD\uFFFD": 2 });
  expect(mended(JSON.parse('{"__proto__": {"a": 1}}'))).toEqual({ "\uFFFD__proto__": { a: 1 } });
});

test("keeps numbers that the database can hold, and turns the others into texts", () => {
  expect(mended([1e21, 2.5e-10, 1e308, 5e-324])).toEqual([1e21, 2.5e-10, "1e+308", "5e-324"]);
});

test("leaves other values as they are", () => {
  const value = { text: 'C:\\u0000 "\\ud800" é', list: [1, null, true], date: new Date(0) };
  expect(toJson(value)).toBe(JSON.stringify(value));
  expect(toJson(undefined)).toBeUndefined();
});

test("cuts a text before a pair that does not fit", () => {
  expect(cutText("ab\u{1f600}c", 3)).toBe("ab");
  expect(cutText("ab\u{1f600}c", 4)).toBe("ab\u{1f600}");
  expect(cutText("ab\u{1f600}", 4)).toBe("ab\u{1f600}");
});

test("knows the limit of the server", () => {
  expect(DOCUMENT_BYTES_MAX).toBe(JSON_DOCUMENT_BYTES_MAX);
});
