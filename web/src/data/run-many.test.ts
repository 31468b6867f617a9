import { expect, it } from "vitest";
import { runMany, whyText } from "./run-many.ts";

it("starts in order, with at most four in flight, and continues after a failure", async () => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = runMany([0, 1, 2, 3, 4, 5], async (item) => {
    begun.push(item);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (item === 1) throw "no";
    return item * 10;
  });
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const at of [1, 0, 2, 3]) ends[at]?.();
  await expect.poll(() => begun).toEqual([0, 1, 2, 3, 4, 5]);
  for (const end of ends) end();
  const { done, failed } = await all;
  expect(done.map(({ output }) => output).sort((a, b) => a - b)).toEqual([0, 20, 30, 40, 50]);
  expect(failed).toEqual([{ item: 1, error: "no" }]);
});

it("returns each reason once", () => {
  expect(whyText(["Late.", "Late.", "Gone.", "Shut.", "Lost."])).toBe("2 times: Late. Gone. Shut. And 1 other reason.");
  expect(whyText([])).toBe("");
});
