import { type InputSchema, KEYS_CREATE_INPUT, TASKS_CREATE_INPUT } from "@bailiwick/sdk/inputs";
import { describe, expect, test } from "vitest";
import { faultsByField, kindOf, labelOf, mayBeNull, readTyped, typedOf } from "./form-values.ts";

const create: InputSchema = TASKS_CREATE_INPUT;
const field = (name: string) => create.properties?.[name] ?? {};

test("the schema of a field decides its kind", () => {
  const names = ["title", "assigned_to_agent_id", "input", "priority", "due_at", "depends_on", "budget_usd"];
  expect(names.map((name) => kindOf(name, field(name)))).toEqual([
    "text",
    "agent",
    "value",
    "number",
    "time",
    "ids",
    "number",
  ]);
  const key: InputSchema = KEYS_CREATE_INPUT;
  expect(kindOf("kind", key.properties?.kind ?? {})).toBe("choice");
  expect(kindOf("scopes", key.properties?.scopes ?? {})).toBe("choices");
  expect([mayBeNull(field("due_at")), mayBeNull(field("title"))]).toEqual([true, false]);
});

describe("typed text", () => {
  test("is read by the kind of its field", () => {
    expect(readTyped("number", " 1.5 ")).toEqual({ ok: true, value: 1.5 });
    expect(readTyped("json", '{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } });
    expect(readTyped("ids", "a\nb, c")).toEqual({ ok: true, value: ["a", "b", "c"] });
    expect(readTyped("text", "  kept as it is ")).toEqual({ ok: true, value: "  kept as it is " });
    expect(readTyped("text", "   ")).toEqual({ ok: true, value: undefined });
    expect(readTyped("switch", false)).toEqual({ ok: true, value: false });
  });

  test("has an error when it cannot be read", () => {
    expect(readTyped("number", "12a")).toEqual({ ok: false, error: "Not a number." });
    expect(readTyped("json", "{a}")).toMatchObject({ ok: false, error: expect.stringContaining("Not JSON") });
    expect(readTyped("time", "soon")).toMatchObject({ ok: false });
  });

  test("a time is read as it was shown, to the minute", () => {
    const at = "2026-03-04T05:06:00.000Z";
    expect(readTyped("time", typedOf("time", at))).toEqual({ ok: true, value: at });
  });
});

test("labels are words, and faults have the name of their field", () => {
  expect(["assigned_to_agent_id", "budget_usd", "due_at"].map(labelOf)).toEqual([
    "Assigned to agent",
    "Budget (USD)",
    "Due at",
  ]);
  expect(
    faultsByField([
      { path: "/title", message: "is required." },
      { path: "", message: "whole" },
    ]),
  ).toEqual({
    title: "is required.",
    "": "whole",
  });
});

test("a field for any value takes JSON, and other text as a string", () => {
  const kind = kindOf("input", { description: "Any JSON value." });
  expect(kind).toBe("value");
  const read = (text: string) => readTyped(kind, text);
  expect(read('{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } });
  expect(read("Count {the} packages")).toEqual({ ok: true, value: "Count {the} packages" });
  expect(read('{"a":')).toEqual({ ok: true, value: '{"a":' });
  expect(read("  ")).toEqual({ ok: true, value: undefined });
});

test("a shown value reads as the same value", () => {
  for (const value of [{ a: 1 }, [], 7, false, "plain", "7", '{"a":1}', '"quoted"', "two\nlines"]) {
    expect(readTyped("value", typedOf("value", value))).toEqual({ ok: true, value });
  }
});
