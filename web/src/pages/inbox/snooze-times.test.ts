import { expect, test } from "vitest";
import { snoozeTimes } from "./snooze-times.ts";

const timesAt = (now: Date) => snoozeTimes(now).map(({ label, until }) => [label, until.getDate(), until.getHours()]);

test("on a day the times are an hour, the evening, the morning and the week", () => {
  // A Wednesday.
  expect(timesAt(new Date(2026, 6, 15, 10, 30))).toEqual([
    ["In 1 hour", 15, 11],
    ["This evening", 15, 18],
    ["Tomorrow morning", 16, 9],
    ["Next Monday", 20, 9],
  ]);
});

test("late in the day there is no evening, and on a Sunday tomorrow is Monday", () => {
  expect(timesAt(new Date(2026, 6, 19, 17, 15))).toEqual([
    ["In 1 hour", 19, 18],
    ["Tomorrow morning", 20, 9],
  ]);
  expect(timesAt(new Date(2026, 6, 20, 23, 0)).at(-1)).toEqual(["Next Monday", 27, 9]);
});
