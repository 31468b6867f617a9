import { expect, it } from "vitest";
import { visitOf } from "./last-visit.ts";

const MINUTE_MS = 60_000;

it("a visit lasts while the person looks at least every ten minutes, and keeps the end of the one before", () => {
  const first = visitOf({ seenMs: 0, beforeMs: 0 }, 1_000 * MINUTE_MS);
  const looked = visitOf(first, 1_005 * MINUTE_MS);
  expect(looked).toEqual({ seenMs: 1_005 * MINUTE_MS, beforeMs: 0 });
  const nextDay = visitOf(looked, 2_000 * MINUTE_MS);
  expect(nextDay.beforeMs).toBe(1_005 * MINUTE_MS);
  expect(visitOf(nextDay, 2_009 * MINUTE_MS).beforeMs).toBe(1_005 * MINUTE_MS);
});
