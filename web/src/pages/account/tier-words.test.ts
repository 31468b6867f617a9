import { expect, test } from "vitest";
import { countText, tierName, usedText } from "./tier-words.ts";

test("what has no limit says so, everything else is its number", () => {
  expect([0, 2, 1_000, 9_998, 9_999].map(countText)).toEqual(["0", "2", "1,000", "9,998", "any number"]);
});

test("tiers have a name", () => {
  expect(tierName("agency")).toBe("Agency");
});

test("use says when it is full, when there is no limit, and when there is nothing to use", () => {
  expect([usedText(1, 10), usedText(10, 10), usedText(16, 9_999), usedText(0, 0)]).toEqual([
    "1 of 10",
    "10 of 10, full",
    "16, no limit",
    "Not on this tier",
  ]);
});
