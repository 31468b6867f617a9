import type { Message } from "@bailiwick/sdk";
import { describe, expect, test } from "vitest";
import { dayText, messageText, shortTime } from "./message-text.ts";

const ID = "01a20603-0002-7f65-a237-0d2f9cc51378";
// Local times, so that the day is the same wherever the test runs.
const now = new Date(2026, 10, 23, 15, 0);
const due = new Date(2026, 10, 23, 14, 5);
const said = (role: Message["role"], content: string) => ({ role, content }) as Message;

describe("what the server says", () => {
  const overdue = said("system", `Message ${ID} was not answered by ${due.toISOString()}.`);
  const reminder = said("system", `An answer to message ${ID} is due by ${due.toISOString()}.`);

  test("names neither ids nor times of programs", () => {
    const time = shortTime(due, now);
    expect(messageText(overdue, { now })).toBe(`A message was not answered by ${time}.`);
    expect(messageText(reminder, { now })).toBe(`An answer to a message is due by ${time}.`);
    expect(time).not.toContain("T");
  });

  test("points to what stands above it", () => {
    expect(messageText(overdue, { now, isQuoted: true })).toMatch(/^This was not answered by /);
    expect(messageText(reminder, { now, isQuoted: true })).toMatch(/^An answer to this is due by /);
  });

  test("is all that is changed: what agents and people say stays as it is", () => {
    const content = `Message ${ID} was not answered by ${due.toISOString()}.`;
    expect(messageText(said("agent", content), { now })).toBe(content);
    expect(messageText(said("user", content), { now })).toBe(content);
  });
});

test("days are called by their distance, and by their date from two days on", () => {
  expect(dayText(new Date(2026, 10, 23, 0, 1), now)).toBe("Today");
  expect(dayText(new Date(2026, 10, 22, 23, 59), now)).toBe("Yesterday");
  expect(dayText(new Date(2026, 10, 21), now)).toContain("21");
  expect(dayText(new Date(2026, 10, 21), now)).not.toContain("2026");
  expect(dayText(new Date(2025, 10, 23), now)).toContain("2025");
});

test("a time of another day says so", () => {
  expect(shortTime(new Date(2026, 10, 22, 9, 0), now)).toMatch(/^Yesterday, /);
});
