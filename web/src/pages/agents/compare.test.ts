import { describe, expect, it } from "vitest";
import { comparisonOf, comparisonText, withRevision } from "./compare.ts";

describe("the two compared revisions", () => {
  it("are those of the address, the earlier one first", () => {
    expect(comparisonOf("3..5", 9)).toEqual({ before: 3, after: 5 });
    expect(comparisonOf("5..3", 9)).toEqual({ before: 3, after: 5 });
  });

  it("are the newest and the one before it when the address names no existing pair", () => {
    for (const text of [undefined, "", "3", "3..", "3..3", "0..2", "3..12", "a..b", "1..2..3"]) {
      expect(comparisonOf(text, 9)).toEqual({ before: 8, after: 9 });
    }
    expect(comparisonOf(undefined, 1)).toEqual({ before: 1, after: 1 });
  });

  it("stay in order when one of them is changed", () => {
    expect(withRevision({ before: 3, after: 5 }, "before", 1)).toEqual({ before: 1, after: 5 });
    expect(withRevision({ before: 3, after: 5 }, "before", 8)).toEqual({ before: 5, after: 8 });
    expect(withRevision({ before: 3, after: 5 }, "after", 2)).toEqual({ before: 2, after: 3 });
  });

  it("are written as they can be read", () => {
    expect(comparisonOf(comparisonText({ before: 2, after: 7 }), 9)).toEqual({ before: 2, after: 7 });
  });
});
