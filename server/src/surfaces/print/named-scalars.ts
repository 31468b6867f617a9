/** The scalar shapes that most operations have. The OpenAPI document names them, so that a new operation adds few lines. */
import type { TSchema } from "typebox";
import { Id, JsonObject, PageInput, Reason, Time, Usd } from "../../kernel/schema.ts";
import { plain } from "./shapes.ts";
import type { Schema } from "./typescript.ts";

const SCALARS: Readonly<Record<string, TSchema>> = {
  Id,
  JsonObject,
  PageCursor: PageInput.cursor,
  PageLimit: PageInput.limit,
  Reason,
  Time,
  Usd,
};

export const SCALAR_SCHEMAS: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(SCALARS).map(([name, schema]) => [name, plain(schema)]),
);

const NAMES = new Map(Object.entries(SCALAR_SCHEMAS).map(([name, schema]) => [keyOf(schema), name]));

/** An id or a time has its name with any description, because the description belongs to the field. */
function keyOf(schema: Schema): string {
  const { description, ...rest } = schema;
  return JSON.stringify(schema.format === undefined ? schema : rest);
}

export function scalarNameOf(schema: Schema): string | undefined {
  return NAMES.get(keyOf(schema));
}
