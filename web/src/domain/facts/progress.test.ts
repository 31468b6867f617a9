import { expect, it } from "vitest";
import { progressOf } from "./progress.ts";

it("reads a share and its text, and never more than all", () => {
  expect(progressOf({ done: 3, total: 4 })).toEqual({ share: 0.75, text: "3 of 4" });
  expect(progressOf({ done: 9, of: 4 }).share).toBe(1);
  expect(progressOf({ percent: 12.4 })).toEqual({ share: 0.124, text: "12 %" });
  expect(progressOf({ percent: -5 }).share).toBe(0);
  expect(progressOf({ progress: 0.5 }).text).toBe("50 %");
  expect(progressOf({ done: 1, of: 2, note: "Reading" }).text).toBe("Reading · 1 of 2");
});

it("says a note or plain values where there is no share", () => {
  expect(progressOf({ message: "Almost" })).toEqual({ text: "Almost" });
  expect(progressOf({ files: 3, deep: { a: 1 } })).toEqual({ text: "files 3" });
  for (const odd of [{ done: 1 }, { done: 1, total: 0 }, { percent: "50" }, { progress: 40 }]) {
    expect(progressOf(odd).share).toBeUndefined();
  }
  expect(progressOf({ deep: {} })).toEqual({});
});
