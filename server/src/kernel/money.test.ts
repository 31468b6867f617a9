import { expect, test } from "vitest";
import { usdText } from "./money.ts";

test.each([
  [0, "$0.00"],
  [0.00004, "<$0.0001"],
  [0.0504, "$0.0504"],
  [0.85, "$0.85"],
  [0.76291, "$0.7629"],
  [1, "$1.00"],
  [12.3456, "$12.35"],
  [1_234.5, "$1,234.50"],
])("%d dollars are %s", (usd, text) => {
  expect(usdText(usd)).toBe(text);
});
