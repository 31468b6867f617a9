import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCH_MAX, batchesOf, REQUEST_MAX } from "./batches.ts";
import { readOtlp } from "./read-otlp.ts";

const attribute = (key: string, value: object) => ({ key, value });
/** Calls as Claude Code logs them. */
const calls = (count: number) => ({
  resourceLogs: [
    {
      scopeLogs: [
        {
          scope: { name: "com.anthropic.claude_code.events" },
          logRecords: Array.from({ length: count }, (_, n) => ({
            attributes: [
              attribute("event.name", { stringValue: "api_request" }),
              attribute("session.id", { stringValue: "s" }),
              attribute("request_id", { stringValue: String(n) }),
            ],
          })),
        },
      ],
    },
  ],
});
const read = (count: number) => readOtlp("logs", Buffer.from(JSON.stringify(calls(count))), "json");

describe("batches", () => {
  it("hold every item once, in order, each within its limits", () => {
    const item = fc.record({ text: fc.string({ maxLength: 30 }), payload: fc.dictionary(fc.string(), fc.integer()) });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 200 }), fc.integer({ min: 1, max: 60 }), (items, times) => {
        const all = Array.from({ length: times }, () => items).flat();
        const batches = batchesOf(all);
        expect(batches.flat()).toEqual(all);
        expect(batches.every(({ length }) => length > 0 && length <= BATCH_MAX)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("divide by bytes and by values, and an item that is too large comes alone", () => {
    const large = { text: "x".repeat(3 * 1024 * 1024) };
    const huge = { text: "x".repeat(5 * 1024 * 1024) };
    expect(batchesOf([large, large, {}, huge, {}]).map(({ length }) => length)).toEqual([1, 2, 1, 1]);
    const wide = { payload: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [n, n])) };
    expect(batchesOf([wide, wide, wide]).map(({ length }) => length)).toEqual([2, 1]);
  });
});

describe("a request", () => {
  it("has one input also without records, and several for many", () => {
    expect(read(0).inputs).toEqual([{ events: [], points: [] }]);
    const { inputs, refused } = read(BATCH_MAX + 500);
    expect(inputs.length).toBeGreaterThan(1);
    expect([inputs.flatMap(({ events }) => events).length, refused]).toEqual([BATCH_MAX + 500, 0]);
  });

  it("with more records than a request may hold names those that are refused", () => {
    const { inputs, refused, reason } = read(REQUEST_MAX + 3);
    expect(inputs.flatMap(({ events }) => events)).toHaveLength(REQUEST_MAX);
    expect([refused, reason]).toEqual([3, expect.stringContaining(String(REQUEST_MAX))]);
  });
});
