import { expect, it } from "vitest";
import { shortUsd } from "./money.tsx";

it.each([
  [0, "$0.00"],
  [0.00001, "<$0.0001"],
  [0.0003, "$0.0003"],
  [0.045, "$0.045"],
  [0.29404, "$0.294"],
  [0.3, "$0.30"],
  [0.99999, "$1.00"],
  [1, "$1.00"],
  [13.1949, "$13.19"],
  [1_234.5, "$1,234.50"],
])("%s US dollars are %s", (usd, text) => {
  expect(shortUsd(usd)).toBe(text);
});
