import { TASK_STEPS, type TaskStatus } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { placesOf, type Step } from "./step-places.ts";

const TASK = { blocked_reason: null };
const HELD = { held_by: { user_id: "a", since: "2026-01-01T00:00:00Z" } };
const stepsOf = (status: TaskStatus, more: object = {}) => placesOf({ ...TASK, status, ...more });
const OFFERED: Step[] = ["start", "release", "retry", "cancel", "complete", "fail", "block", "assign", "escalate"];

it("every step has a place in every state from which it starts", () => {
  const missing = OFFERED.flatMap((step) =>
    TASK_STEPS[step].from.flatMap((status) => {
      const { shown, more } = stepsOf(status);
      return [...shown, ...more].includes(step) ? [] : [`${step} of a ${status} task`];
    }),
  );
  expect(missing).toEqual([]);
});

it("the task of a working agent is not completed first, and the task that a person holds can be given back", () => {
  expect(stepsOf("running").shown).toEqual(["assign", "cancel"]);
  expect(stepsOf("running", HELD).shown).toEqual(["complete", "release", "fail"]);
});

it("a task that waits for people is not escalated again", () => {
  const blocked_reason = { code: "waiting_for_person", reason: "Beyond me." };
  expect(stepsOf("blocked", { blocked_reason }).more).toEqual(["start"]);
});
