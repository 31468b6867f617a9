import { BailiwickError } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { asksToConfirm } from "./query.ts";

const conflict = (more: object = {}) =>
  new BailiwickError({ code: "conflict", status: 409, detail: "Not now.", ...more });

it("a conflict is a question only when it says what would be stranded", () => {
  expect(asksToConfirm(conflict({ stranded: { reports: [] } }))).toBe(true);
  expect(asksToConfirm(conflict())).toBe(false);
  expect(asksToConfirm(undefined)).toBe(false);
});
