import type { Message } from "@bailiwick/sdk";
import { describe, expect, test } from "vitest";
import { dayText, messageText, shortTime } from "./message-text.ts";

const ID = "01a20603-0002-7f65-a237-0d2f9cc51378";
// Local times, so that the day is the same wherever the test runs.
const now = new Date(2026, 10, 23, 15, 0);
const due = new Date(2026, 10, 23, 14, 5);
const aMessage = (role: Message["role"], content: string) => ({ role, content }) as Message;

describe("a message of the server", () => {
  const overdue = aMessage("system", `Message ${ID} was not answered by ${due.toISOString()}.`);
  const reminder = aMessage("system", `An answer to message ${ID} is due by ${due.toISOString()}.`);

  test("has neither ids nor timestamps", () => {
    const time = shortTime(due, now);
    expect(messageText(overdue, { now })).toBe(`A message was not answered by ${time}.`);
    expect(messageText(reminder, { now })).toBe(`An answer to a message is due by ${time}.`);
    expect(time).not.toContain("T");
  });

  test("names agents and people without their ids", () => {
    const text = `Message ${ID} of agent Codex (${ID}) to the person ${ID} was not answered by ${due.toISOString()}.`;
    const several = `3 messages of agent Codex (${ID}) were not answered in time. The last is ${ID}, to agent Atlas (${ID}), due by ${due.toISOString()}.`;
    const time = shortTime(due, now);
    const shown = `A message of agent Codex to Mira was not answered by ${time}.`;
    expect(messageText(aMessage("system", text), { now, nameOf: () => "Mira" })).toBe(shown);
    expect(messageText(aMessage("system", text), { now })).toBe(shown.replace("Mira", "a person"));
    expect(messageText(aMessage("system", several), { now })).toBe(
      `3 messages of agent Codex were not answered in time. The last was to agent Atlas, due by ${time}.`,
    );
  });

  test("is the only one that changes: messages of agents and people stay", () => {
    const content = `Message ${ID} was not answered by ${due.toISOString()}.`;
    expect(messageText(aMessage("agent", content), { now })).toBe(content);
    expect(messageText(aMessage("user", content), { now })).toBe(content);
  });
});

test("a day is Today or Yesterday, and earlier days have their date", () => {
  expect(dayText(new Date(2026, 10, 23, 0, 1), now)).toBe("Today");
  expect(dayText(new Date(2026, 10, 22, 23, 59), now)).toBe("Yesterday");
  expect(dayText(new Date(2026, 10, 21), now)).toContain("21");
  expect(dayText(new Date(2026, 10, 21), now)).not.toContain("2026");
  expect(dayText(new Date(2025, 10, 23), now)).toContain("2025");
});

test("a time on another day has its day", () => {
  expect(shortTime(new Date(2026, 10, 22, 9, 0), now)).toMatch(/^Yesterday, /);
});
