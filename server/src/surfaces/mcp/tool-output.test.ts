import Type from "typebox";
import { expect, test } from "vitest";
import { Fields, Json, JsonObject, Nullable } from "../../kernel/schema.ts";
import { outputWriter } from "./tool-output.ts";

const Item = Fields({ id: Type.String(), note: Nullable(Type.String()) });
const Output = Fields({
  items: Type.Array(Item),
  first: Nullable(Item),
  output: Nullable(Json),
  payload: JsonObject,
  either: Type.Union([Item, Fields({ other: Nullable(Type.String()) })]),
  next_cursor: Nullable(Type.String()),
});

test("leaves out null fields at every depth, and nothing of a document", () => {
  const item = { id: "a", note: null };
  const written = outputWriter(Output)({
    items: [item, { id: "b", note: "x" }],
    first: item,
    output: { kept: null, list: [null, { deep: null }] },
    payload: { kept: null },
    either: { other: null },
    next_cursor: null,
  });
  expect(written).toEqual({
    items: [{ id: "a" }, { id: "b", note: "x" }],
    first: { id: "a" },
    output: { kept: null, list: [null, { deep: null }] },
    payload: { kept: null },
    either: { other: null },
  });
  expect(outputWriter(Output)({ items: [], first: null, output: null })).toEqual({ items: [] });
});
