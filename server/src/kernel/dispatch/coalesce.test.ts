import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latch } from "../../../test/harness/latch.ts";
import { Problem } from "../problem.ts";
import { coalesce, GROUP_BYTES_MAX, GROUP_SIZE_MAX, QUEUE_LENGTH_MAX } from "./coalesce.ts";
import { createUnderway } from "./underway.ts";

/** A runner that answers each call with itself and remembers its groups. */
function echo(judge: (call: string, group: readonly string[]) => string | Error = (call) => call) {
  const groups: { key: string; calls: readonly string[] }[] = [];
  const open = { count: 0, most: 0 };
  return {
    groups,
    open,
    async run(key: string, calls: readonly string[]) {
      groups.push({ key, calls });
      open.most = Math.max(open.most, ++open.count);
      await new Promise((resolve) => setImmediate(resolve));
      open.count--;
      return calls.map((call) => judge(call, calls));
    },
  };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index));

describe("coalesce", () => {
  it("puts calls of one turn into one group, and those that arrive while it runs into the next", async () => {
    const { groups, run } = echo();
    const join = coalesce(run);
    const first = numbers(3).map((call) => join("a", call));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const second = numbers(4, 3).map((call) => join("a", call));
    expect(await Promise.all([...first, ...second])).toEqual(numbers(7));
    expect(groups.map(({ calls }) => calls)).toEqual([numbers(3), numbers(4, 3)]);
  });

  it("never runs two groups of one key at once, and runs different keys side by side", async () => {
    const one = echo();
    const join = coalesce(one.run);
    await Promise.all(numbers(GROUP_SIZE_MAX * 3).map((call) => join("a", call)));
    expect(one.groups.map(({ calls }) => calls.length)).toEqual([GROUP_SIZE_MAX, GROUP_SIZE_MAX, GROUP_SIZE_MAX]);
    expect(one.open.most).toBe(1);
    const two = echo();
    const joinTwo = coalesce(two.run);
    await Promise.all(["a", "b", "c"].map((key) => joinTwo(key, "x")));
    expect(two.open.most).toBe(3);
  });

  it("ends a group with the call that makes it heavy, so that one server never waits for a long one", async () => {
    const { groups, run } = echo();
    const join = coalesce(run, { bytes: (call) => (Number(call) < 4 ? GROUP_BYTES_MAX / 2 : 1) });
    await Promise.all(numbers(8).map((call) => join("a", call)));
    expect(groups.map(({ calls }) => calls.length)).toEqual([2, 2, 4]);
  });

  it("an error among the results rejects its own call alone", async () => {
    const { run, groups } = echo((call) => (call === "1" ? new Problem("conflict", "No.") : call));
    const join = coalesce(run);
    const settled = await Promise.allSettled(numbers(3).map((call) => join("a", call)));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(groups).toHaveLength(1);
  });

  it("a group that fails runs again call by call, so one bad call cannot fail its neighbours", async () => {
    const { run, groups } = echo((call, group) => {
      if (group.includes("bad")) throw new Error("The whole statement failed.");
      return call;
    });
    const join = coalesce(run);
    const settled = await Promise.allSettled(["0", "bad", "2"].map((call) => join("a", call)));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(groups.map(({ calls }) => calls)).toEqual([["0", "bad", "2"], ["0"], ["bad"], ["2"]]);
  });

  it("a database that is away fails the group at once, without asking it for each call", async () => {
    const { run, groups } = echo(() => {
      throw new Problem("unavailable", "Away.");
    });
    const join = coalesce(run);
    const settled = await Promise.allSettled(numbers(5).map((call) => join("a", call)));
    expect(settled.every(({ status }) => status === "rejected")).toBe(true);
    expect(groups).toHaveLength(1);
  });

  it("a database that goes away while calls run one by one fails the rest at once; a queue that is full does too", async () => {
    for (const code of ["unavailable", "overloaded"] as const) {
      const { run, groups } = echo((call, group) => {
        if (group.length > 1) throw new Error("The whole statement failed.");
        if (call === "1") throw new Problem(code, "No.");
        return call;
      });
      const join = coalesce(run);
      const settled = await Promise.allSettled(numbers(100).map((call) => join("a", call)));
      expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(groups).toHaveLength(3);
    }
  });

  it("knows of the groups that have not ended", async () => {
    let now = 0;
    const underway = createUnderway(() => now);
    const [started, hold] = [latch(), latch()];
    const join = coalesce<string, string>(
      async (_key, calls) => {
        started.pass();
        await hold.passed;
        return calls;
      },
      { underway },
    );
    const call = join("a", "x");
    await started.passed;
    now = 5_000;
    expect(underway.oldestMs()).toBe(5_000);
    hold.pass();
    await call;
    expect(underway.oldestMs()).toBe(0);
  });

  it("separates calls that may not share a group, starts the oldest first, and loses no call of any sequence", async () => {
    const call = fc.record({
      key: fc.constantFrom("a", "b"),
      mark: fc.constantFrom("x", "y", undefined),
      kind: fc.constantFrom("p", "q"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (sent) => {
        const calls = sent.map((one, place) => ({ ...one, place }));
        const groups: (typeof calls)[] = [];
        const run = async (_key: string, group: readonly (typeof calls)[number][]) => {
          groups.push([...group]);
          return group.map(({ place }) => place);
        };
        const join = coalesce(run, { apart: ({ mark }) => mark, kind: ({ kind }) => kind });
        expect(await Promise.all(calls.map((one) => join(one.key, one)))).toEqual(calls.map(({ place }) => place));
        const waiting = new Set(calls);
        for (const group of groups) {
          const marks = group.flatMap(({ mark }) => mark ?? []);
          expect(new Set(marks).size).toBe(marks.length);
          expect(new Set(group.map(({ kind }) => kind)).size).toBe(1);
          expect(group[0]).toBe([...waiting].find(({ key }) => key === group[0]?.key));
          for (const one of group) waiting.delete(one);
        }
        const same = ({ key, mark, kind }: (typeof calls)[number]) => `${key} ${mark} ${kind}`;
        for (const one of new Set(calls.map(same))) {
          const ran = groups.flat().filter((other) => same(other) === one);
          expect(ran).toEqual([...ran].sort((left, right) => left.place - right.place));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("turns calls away when too many wait, and takes new ones when they are through", async () => {
    const { run } = echo();
    const join = coalesce(run);
    const waiting = numbers(QUEUE_LENGTH_MAX).map((call) => join("a", call));
    await expect(join("a", "one more")).rejects.toMatchObject({
      code: "overloaded",
      details: { retry_after_seconds: expect.any(Number) },
    });
    await expect(join("b", "another key")).resolves.toBe("another key");
    expect(await Promise.all(waiting)).toHaveLength(QUEUE_LENGTH_MAX);
    await expect(join("a", "later")).resolves.toBe("later");
  });
});
