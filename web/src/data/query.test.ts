import { BailiwickError } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { asksToConfirm, namesNothing } from "./query.ts";

const conflict = (more: object = {}) =>
  new BailiwickError({ code: "conflict", status: 409, detail: "Not now.", ...more });

it("a conflict needs a confirmation only when it lists stranded agents", () => {
  expect(asksToConfirm(conflict({ stranded: { reports: [] } }))).toBe(true);
  expect(asksToConfirm(conflict())).toBe(false);
  expect(asksToConfirm(undefined)).toBe(false);
});

it("an address names nothing when its id is unknown or no id at all", () => {
  const invalid = (path: string) => ({ code: "invalid_input", status: 400, errors: [{ path, message: "must match" }] });
  expect(namesNothing(conflict({ code: "not_found", status: 404 }))).toBe(true);
  expect(namesNothing(conflict(invalid("/id")))).toBe(true);
  expect(namesNothing(conflict(invalid("/title")))).toBe(false);
  expect(namesNothing(new Error("id"))).toBe(false);
});
