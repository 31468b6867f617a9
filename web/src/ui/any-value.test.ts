import { expect, it } from "vitest";
import { kindOf, readTyped, typedOf } from "./form-values.ts";

it("takes any JSON value as text, and text that is no JSON as a text", () => {
  const kind = kindOf("input", { description: "Any JSON value." });
  expect(kind).toBe("value");
  const read = (text: string) => readTyped(kind, text);
  expect(read('{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } });
  expect(read("Count {the} packages")).toEqual({ ok: true, value: "Count {the} packages" });
  expect(read('{"a":')).toEqual({ ok: true, value: '{"a":' });
  expect(read("  ")).toEqual({ ok: true, value: undefined });
});

it("shows a value so that reading it gives the same value", () => {
  for (const value of [{ a: 1 }, [], 7, false, "plain", "7", '{"a":1}', '"quoted"', "two\nlines"]) {
    expect(readTyped("value", typedOf("value", value))).toEqual({ ok: true, value });
  }
});
