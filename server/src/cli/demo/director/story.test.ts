import { expect, test } from "vitest";
import type { Fact } from "../../../../../sdk/src/index.ts";
import { createStory, type Story } from "./story.ts";

const AT = "2026-11-22T18:00:00.000Z";

function fact(type: string, subject: string, data: Record<string, unknown> = {}): Fact {
  return {
    id: "f",
    type,
    actor: { kind: "agent", id: "w", key_id: null },
    subject: { kind: "task", id: subject },
    data,
    request_id: "r",
    trace_id: null,
    created_at: AT,
  } as Fact;
}

function aStory(): Story {
  const names = new Map([
    ["s", "Demo supervisor"],
    ["w", "Demo worker 1"],
  ]);
  const story = createStory({ id: "root", title: "Audit", agentId: "s" }, names);
  story.tell(fact("task.created", "b1", { parent_task_id: "root", title: "Batch 1 of 2", assigned_to_agent_id: "w" }));
  return story;
}

test("a fact of another run, or without news, has no line", () => {
  const story = aStory();
  expect(story.tell(fact("task.started", "other"))).toBeUndefined();
  expect(story.tell(fact("task.created", "other", { parent_task_id: null, title: "Mine" }))).toBeUndefined();
  expect(story.tell(fact("key.created", "b1"))).toBeUndefined();
  expect(story.tell(fact("task.progress", "b1", { done: 1, of: 2, bytes: 10 }))).toBeUndefined();
});

test("the action of this run has lines, and those of others have none", () => {
  const story = aStory();
  const about = (type: string, task_id: string, by = "agent") => {
    const { subject: _, actor: __, ...rest } = fact(type, "a1", { task_id });
    return { ...rest, subject: { kind: "action", id: "a1" }, actor: { kind: by, id: "s", key_id: null } } as Fact;
  };
  expect(story.tell(about("action.proposed", "other"))).toBeUndefined();
  expect(story.tell(about("action.proposed", "root"))).toMatchObject({ who: "Demo supervisor" });
  expect(story.tell(about("action.approved", "root", "user"))).toMatchObject({
    who: "you",
    what: "approved the report",
  });
  expect(story.tell(about("action.canceled", "root"))?.what).toContain("nobody decided in time");
});

test("each step of a task has a line with its agent", () => {
  const story = aStory();
  expect(story.tell(fact("task.started", "b1", { attempt: 1 }))).toMatchObject({
    at: AT,
    who: "Demo worker 1",
    what: 'started "Batch 1 of 2"',
  });
  story.tell(fact("task.progress", "b1", { done: 31, of: 31, bytes: 2 * 1024 * 1024 }));
  expect(story.tell(fact("task.completed", "b1"))?.what).toBe('completed "Batch 1 of 2": 31 packages, 2.0 MiB');
  expect(story.tell(fact("task.progress", "root", { packages: 62, batches: 2 }))).toMatchObject({
    who: "Demo supervisor",
    what: "found 62 packages: 2 tasks for the workers, two for the specialist",
  });
});

test("a lost lease, the next attempt and a failure have lines with shortened reasons", () => {
  const story = aStory();
  expect(story.tell(fact("task.lease_expired", "b1"))?.what).toContain("lost its lease");
  expect(story.tell(fact("task.started", "b1", { attempt: 2 }))?.what).toBe('started "Batch 1 of 2" again, attempt 2');
  const failed = story.tell(fact("task.failed", "b1", { reason: "x".repeat(500) }));
  expect(failed?.what.length).toBeLessThan(200);
  expect(story.tasks.get("b1")?.status).toBe("failed");
});

test("the progress counts tasks and packages, without the packages of a lost lease", () => {
  const story = aStory();
  expect(story.progress()).toBe("waiting for the supervisor");
  story.tell(fact("task.progress", "root", { packages: 1_300, batches: 2 }));
  story.tell(fact("task.progress", "b1", { done: 30, of: 65 }));
  expect(story.progress()).toBe("0 of 5 tasks done, 30 of 1,300 packages read");
  story.tell(fact("task.lease_expired", "b1"));
  story.tell(fact("task.completed", "b1"));
  expect(story.progress()).toBe("1 of 5 tasks done, 0 of 1,300 packages read");
});

test("questions, answers and escalations of this run have lines with both agents; those of other tasks have none", () => {
  const story = aStory();
  const question = {
    ...fact("message.sent", "m", { task_id: "b1", to: "s" }),
    actor: { kind: "agent", id: "w", key_id: null },
  };
  expect(story.tell(question as Fact)).toMatchObject({
    who: "Demo worker 1",
    what: 'wrote to Demo supervisor about "Batch 1 of 2"',
  });
  const answered = fact("message.sent", "m2", { task_id: "b1", to: "w", in_reply_to: "m" });
  expect(story.tell({ ...answered, actor: { kind: "agent", id: "s", key_id: null } })).toMatchObject({
    who: "Demo supervisor",
    what: 'answered Demo worker 1 about "Batch 1 of 2"',
  });
  expect(story.tell(fact("message.sent", "m3", { task_id: "other", to: "s" }))).toBeUndefined();
  const up = fact("task.escalated", "b1", { from_agent_id: "w", to_agent_id: "s", reason: "Beyond me." });
  expect(story.tell(up)).toMatchObject({
    who: "Demo worker 1",
    what: 'handed "Batch 1 of 2" up to Demo supervisor: Beyond me.',
  });
  expect(story.tell(fact("task.completed", "b1"))?.who).toBe("Demo supervisor");
});
