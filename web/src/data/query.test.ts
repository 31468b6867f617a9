import { BailiwickError } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { asksToConfirm } from "./query.ts";

const conflict = (more: object = {}) =>
  new BailiwickError({ code: "conflict", status: 409, detail: "Not now.", ...more });

it("a conflict needs a confirmation only when it lists stranded agents", () => {
  expect(asksToConfirm(conflict({ stranded: { reports: [] } }))).toBe(true);
  expect(asksToConfirm(conflict())).toBe(false);
  expect(asksToConfirm(undefined)).toBe(false);
});
