import { expect, test } from "vitest";
import { usualRange } from "./use-range.ts";

const BORN_MS = Date.parse("2026-03-01T12:00:00Z");
const ID = `${BORN_MS.toString(16)
  .padStart(12, "0")
  .replace(/^(.{8})/, "$1-")}-7b1c-8a4b-5c6d7e8f9a0b`;
const HOUR_MS = 3_600_000;

test.each([
  [0, "1h"],
  [1, "1h"],
  [1.1, "8h"],
  [8.1, "24h"],
  [24 * 30, "24h"],
  // The clock of the browser is behind.
  [-1, "1h"],
])("a workspace of %s hours shows %s", (hours, range) => {
  expect(usualRange(ID, BORN_MS + hours * HOUR_MS)).toBe(range);
});
