import Type from "typebox";
import { expect, it } from "vitest";
import { Fields, Nullable } from "../schema.ts";
import { shapeErrors } from "./errors.ts";

it("a nullable field says what its value must be, and not that it fits no schema", () => {
  const shape = Fields({
    id: Type.Optional(Nullable(Type.String({ format: "uuid" }))),
    at: Type.Optional(Nullable(Type.String({ format: "date-time" }))),
    count: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
  });
  const messages = shapeErrors(shape, { id: "x", at: "soon", count: "many" }).map(({ message }) => message);
  expect(messages).toEqual([
    "must be an id, such as 018f6b1e-1c2d-7e3f-8a4b-5c6d7e8f9a0b.",
    "must be a time in UTC, such as 2026-01-31T12:00:00Z.",
    "must be integer.",
  ]);
});
