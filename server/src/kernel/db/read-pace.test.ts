import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createReadPace, type ReadPace } from "./read-pace.ts";
import { databaseBusy } from "./turns.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function aPace(limits: { waitingMax?: number; waitMs?: number } = {}): ReadPace {
  return createReadPace({ size: 10, waitingMax: 100, waitMs: 60_000, refusal: databaseBusy, ...limits });
}

/** A read that holds a connection for the given time. Returns the time that it waited before. */
async function read(pace: ReadPace, workspace: string, heldMs: number): Promise<number> {
  pace.noteUse(workspace);
  const since = performance.now();
  const end = await pace.start(workspace);
  const waitedMs = performance.now() - since;
  await pause(heldMs);
  end(heldMs);
  return waitedMs;
}

/** Callers that read one after another for the given time. Returns the time that their reads held connections. */
async function keepReading(pace: ReadPace, workspace: string, callers: number, ms: number): Promise<number> {
  const until = performance.now() + ms;
  let held = 0;
  const one = async () => {
    while (performance.now() < until) {
      await read(pace, workspace, 20);
      held += 20;
    }
  };
  await Promise.all(Array.from({ length: callers }, one));
  return held;
}

async function after<T>(work: Promise<T>, ms: number): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms);
  return work;
}

test("many readers of one workspace use the time of one connection; other active workspaces never wait", async () => {
  const pace = aPace();
  const waits: number[] = [];
  const visits = (async () => {
    for (let visit = 0; visit < 40; visit++) {
      waits.push(await read(pace, "light", 5));
      await pause(245);
    }
  })();
  const held = await after(keepReading(pace, "heavy", 20, 10_000), 30_000);
  await visits;
  expect(Math.max(...waits)).toBe(0);
  // The first second is a burst. At the end, the reads of twenty callers are running.
  expect(held).toBeLessThanOrEqual(10_000 + 1_000 + 20 * 20 + 20);
  expect(held).toBeGreaterThan(9_000);
});

test("a workspace that is alone is not slowed, and owes nothing afterwards", async () => {
  const pace = aPace();
  expect(await after(keepReading(pace, "only", 20, 5_000), 6_000)).toBe(20 * 5_000);
  pace.noteUse("other");
  expect(await after(read(pace, "only", 20), 1_000)).toBe(0);
});

test("long reads at once make the next one wait a second at most", async () => {
  const pace = aPace();
  pace.noteUse("other");
  const long = Promise.all([1, 2, 3].map(() => read(pace, "heavy", 5_000)));
  await vi.advanceTimersByTimeAsync(4_900);
  pace.noteUse("other");
  await after(long, 200);
  const waited = await after(read(pace, "heavy", 5), 2_000);
  expect(waited).toBeGreaterThan(0);
  expect(waited).toBeLessThanOrEqual(1_000);
});

test("reads wait for a limited time in a limited queue", async () => {
  const pace = aPace({ waitingMax: 2, waitMs: 300 });
  const others = setInterval(() => pace.noteUse("other"), 100);
  pace.noteUse("other");
  const long = Promise.all([1, 2, 3].map(() => read(pace, "heavy", 5_000)));
  await after(long, 5_000);
  const waiting = [1, 2].map(() => read(pace, "heavy", 5).catch((error: unknown) => error));
  await expect(read(pace, "heavy", 5)).rejects.toMatchObject({ code: "overloaded" });
  await vi.advanceTimersByTimeAsync(300);
  for (const end of await Promise.all(waiting)) expect(end).toMatchObject({ code: "overloaded" });
  expect(
    await after(
      read(pace, "heavy", 5).catch(() => "late"),
      300,
    ),
  ).toBe("late");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await after(read(pace, "heavy", 5), 10)).toBe(0);
  clearInterval(others);
});

test("a workspace is not forgotten while it reads", async () => {
  const pace = aPace();
  const others = setInterval(() => pace.noteUse("other"), 100);
  pace.noteUse("other");
  await after(Promise.all([1, 2, 3].map(() => read(pace, "heavy", 5_000))), 5_000);
  await vi.advanceTimersByTimeAsync(1_050);
  // It begins before the time at which the workspace would have earned its whole burst again, and ends after it.
  const long = read(pace, "heavy", 5_000);
  await vi.advanceTimersByTimeAsync(960);
  const waited = Promise.all(Array.from({ length: 20 }, () => read(pace, "heavy", 5_000)));
  await vi.advanceTimersByTimeAsync(200_000);
  await long;
  expect(Math.max(...(await waited))).toBeGreaterThan(1_000);
  clearInterval(others);
});
