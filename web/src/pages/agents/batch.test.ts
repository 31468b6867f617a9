import { BailiwickError } from "@bailiwick/sdk";
import { describe, expect, it } from "vitest";
import { agentsText, asksToConfirm, runBatch } from "./batch.ts";

const conflict = (more: object = {}) =>
  new BailiwickError({ code: "conflict", status: 409, detail: "Not now.", ...more });

describe("a step with several agents", () => {
  it("goes on behind one that fails, and says why it failed", async () => {
    const items = Array.from({ length: 9 }, (_, at) => at);
    const { done, failed } = await runBatch(items, (item) =>
      item === 3 ? Promise.reject(conflict()) : Promise.resolve(),
    );
    expect(done.toSorted()).toEqual([0, 1, 2, 4, 5, 6, 7, 8]);
    expect(failed).toEqual([{ item: 3, why: "Not now.", asksToConfirm: false }]);
  });

  it("has four under way at most, and takes each once", async () => {
    let [now, most] = [0, 0];
    const { done } = await runBatch([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], async () => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
    });
    expect(most).toBe(4);
    expect(done).toHaveLength(10);
  });
});

it("a conflict is a question only when it says what would be stranded", () => {
  expect(asksToConfirm(conflict({ stranded: { reports: [] } }))).toBe(true);
  expect(asksToConfirm(conflict())).toBe(false);
  expect(asksToConfirm(undefined)).toBe(false);
});

it("counts in words", () => {
  expect(agentsText(1)).toBe("1 agent");
  expect(agentsText(3)).toBe("3 agents");
});
