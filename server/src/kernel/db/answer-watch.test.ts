import { expect, test, vi } from "vitest";
import { awaitAnswer } from "./answer-watch.ts";

const STOOD_STILL_MS = 700;

test("a process that was stopped reads the answers that arrived before it calls the database silent", async () => {
  const onSilence = vi.fn();
  const wait = awaitAnswer(onSilence);
  wait.sent(100);
  const end = performance.now() + STOOD_STILL_MS;
  while (performance.now() < end);
  // The overdue look runs before this line, and both run before any read.
  await new Promise((resolve) => setTimeout(resolve));
  expect(onSilence).not.toHaveBeenCalled();
  wait.answered(100);
});

test("an answer that does not come is noticed once", async () => {
  const onSilence = vi.fn();
  const wait = awaitAnswer(onSilence);
  wait.sent(1);
  await expect.poll(() => onSilence.mock.calls.length).toBe(1);
  wait.answered(1);
});
