import { expect, test } from "vitest";
import { bytesText } from "../ui/bytes-text.ts";
import { countText, tierName, usedBytesText, usedText } from "./tier-words.ts";

test("no limit is a word, and other limits are numbers", () => {
  expect([0, 2, 1_000, 9_998, 9_999].map(countText)).toEqual(["0", "2", "1,000", "9,998", "any number"]);
});

test("tiers have capitalised names", () => {
  expect(tierName("agency")).toBe("Agency");
});

test("use shows a full limit, no limit, and a limit of zero", () => {
  expect([usedText(1, 10), usedText(10, 10), usedText(16, 9_999), usedText(0, 0)]).toEqual([
    "1 of 10",
    "10 of 10, full",
    "16, no limit",
    "Not on this tier",
  ]);
});

test("bytes have a fitting unit", () => {
  expect([0, 900, 1_024, 1_600, 268_435_456, 53_687_091_200].map(bytesText)).toEqual([
    "0 bytes",
    "900 bytes",
    "1 KiB",
    "1.6 KiB",
    "256 MiB",
    "50 GiB",
  ]);
  expect(usedBytesText(268_435_456, 268_435_456)).toBe("256 MiB of 256 MiB, full");
});
