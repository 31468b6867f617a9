import { expect, test } from "vitest";
import { relative } from "./time.tsx";

test.each([
  [0, "now"],
  [-4, "now"],
  [-59, "59s ago"],
  [-61, "1m ago"],
  [-7_199, "1h ago"],
  [90_000, "in 1d"],
  [7 * 86_400 - 60, "in 7d"],
  [1.6 * 86_400, "in 1d"],
  [-40 * 86_400, "1mo ago"],
  [400 * 86_400, "in 1y"],
])("%d seconds from now is %s", (seconds, text) => {
  expect(relative(1_000_000 + seconds * 1_000, 1_000_000)).toBe(text);
});
