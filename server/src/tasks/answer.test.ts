/** `tasks.answer`: the agent that blocked a task with a question gets the task again, with the answer. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { readInbox } from "../messages/operations/read-inbox.ts";
import { createRedaction } from "../redactions/operations/create-redaction.ts";
import { setRules } from "../team/operations/set-rules.ts";
import { answerTask } from "./operations/answer-task.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { getTask } from "./operations/get-task.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { startTask } from "./operations/start-task.ts";
import { OPTION_LENGTH_MAX, OPTIONS_MAX } from "./question-schema.ts";

const app = useApp();
const QUESTION = "Which of the two VAT rates applies?";

async function aQuestion(fields: Record<string, unknown> = {}, by?: Actor) {
  const team = await aTeam(app());
  const { owner, worker } = team;
  const { id, fence } = await aRunningTask(app(), by ?? owner, worker);
  const task = await app().call(blockTask, worker, { id, fence, reason: QUESTION, ...fields });
  return { ...team, id, fence, task };
}

const answer = (by: Actor, id: string, text = "7 %") => app().call(answerTask, by, { id, answer: text });
const typesOf = async (workspace: string, id: string) => (await factsOf(app(), workspace, id)).map(({ type }) => type);

describe("an answer", () => {
  it("queues the task for the same agent, which gets it with the question and the answer, and as a message", async () => {
    const { owner, worker, workspace, id } = await aQuestion();
    const claim = app().call(claimTasks, worker, { wait_seconds: 30 });
    const answered = await answer(owner, id);
    expect(answered).toMatchObject({ status: "queued", assigned_to_agent_id: worker.id, answer: "7 %" });
    expect(answered.blocked_reason).toBeNull();
    expect((await claim).items).toMatchObject([{ id, attempt: 2, question: QUESTION, answer: "7 %" }]);
    const { items } = await app().call(readInbox, worker, {});
    expect(items.at(-1)).toMatchObject({ content: "7 %", task_id: id, from_user_id: owner.id });
    const events = (await factsOf(app(), workspace.id, id)).filter(({ type }) => type === "task.answered");
    expect(events).toMatchObject([{ data: { previous_status: "blocked", message_id: items.at(-1)?.id } }]);
    await checkTasks(app(), workspace.id);
  });

  it("stays in the task for later attempts, and a newer answer replaces it", async () => {
    const { owner, worker, id } = await aQuestion();
    await answer(owner, id);
    const second = await aClaim(app(), worker);
    expect(await app().call(getTask, owner, { id })).toMatchObject({ question: QUESTION, answer: "7 %" });
    await app().call(blockTask, worker, { id, fence: second.fence, reason: "And for books?" });
    await answer(owner, id, "5 %");
    expect(await app().call(startTask, worker, { id })).toMatchObject({ question: "And for books?", answer: "5 %" });
  });

  it("is not in lists, and a task without one has neither field", async () => {
    const { owner, worker, id } = await aQuestion();
    await answer(owner, id);
    const other = await aTask(app(), owner, worker);
    const { items } = await app().call(listTasks, owner, {});
    expect(items.flatMap((item) => Object.keys(item))).not.toContain("answer");
    const task = await app().call(getTask, owner, { id: other.id });
    expect([Object.hasOwn(task, "question"), Object.hasOwn(task, "answer")]).toEqual([false, false]);
  });

  it("is withdrawn with its message", async () => {
    const { owner, worker, id } = await aQuestion();
    await answer(owner, id, "the password is hunter2");
    const { items } = await app().call(readInbox, worker, {});
    const subject = { kind: "message" as const, id: items.at(-1)?.id ?? "" };
    await app().call(createRedaction, owner, { subject, reason: "A secret" });
    expect(JSON.stringify(await aClaim(app(), worker))).not.toContain("hunter2");
    expect(JSON.stringify(await app().call(getTask, owner, { id }))).not.toContain("hunter2");
  });

  it("lifts a task that was escalated to people, for its last agent", async () => {
    const { owner, worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), owner, worker);
    await app().call(escalateTask, worker, { id, fence, reason: "May I delete it?" });
    const answered = await answer(owner, id, "Yes.");
    expect(answered).toMatchObject({ status: "queued", assigned_to_agent_id: worker.id, escalated_from: [] });
    expect(await aClaim(app(), worker)).toMatchObject({ id, question: "May I delete it?", answer: "Yes." });
  });
});

describe("who may answer", () => {
  it("people and the creator may; the assignee, other agents and other workspaces may not", async () => {
    const { owner, worker, workspace } = await aTeam(app());
    const [creator, stranger] = [await anAgent(app(), workspace), await anAgent(app(), workspace)];
    const { id, fence } = await aRunningTask(app(), creator, worker);
    await app().call(blockTask, worker, { id, fence, reason: QUESTION });
    expect((await problemOf(answer(worker, id))).code).toBe("forbidden");
    expect((await problemOf(answer(stranger, id))).code).toBe("not_assignee");
    const { owner: foreign } = await aWorkspace(app());
    expect((await problemOf(answer(foreign, id))).code).toBe("not_found");
    expect((await problemOf(answer(owner, randomUUID()))).code).toBe("not_found");
    await app().call(setRules, owner, { require_supervisor_for_tasks: true });
    expect((await problemOf(answer(creator, id))).code).toBe("not_assignable");
    await app().call(setRules, owner, { require_supervisor_for_tasks: false });
    expect(await answer(creator, id)).toMatchObject({ status: "queued" });
  });

  it("an agent answers the question of a task that it gave itself", async () => {
    const { worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), worker, worker);
    await app().call(blockTask, worker, { id, fence, reason: QUESTION });
    expect(await answer(worker, id)).toMatchObject({ status: "queued", answer: "7 %" });
    expect(await aClaim(app(), worker)).toMatchObject({ id, answer: "7 %" });
  });

  it("agents answer a task 20 times at most, together with their assignments", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const creator = await anAgent(app(), workspace);
    const { id, fence } = await aRunningTask(app(), creator, worker);
    await app().call(blockTask, worker, { id, fence, reason: QUESTION });
    await app().admin.query("update tasks set handovers = 20 where id = $1", [id]);
    expect((await problemOf(answer(creator, id))).code).toBe("handover_limit");
    expect(await answer(owner, id)).toMatchObject({ status: "queued" });
  });
});

describe("an answer is refused", () => {
  it("when the task is not blocked, and adds no fact", async () => {
    const { owner, worker, workspace } = await aTeam(app());
    const { id } = await aTask(app(), owner, worker);
    expect((await problemOf(answer(owner, id))).code).toBe("illegal_step");
    expect(await typesOf(workspace.id, id)).toEqual(["task.created"]);
  });

  it("when a limit blocked the task, or it waits for its children; allowed_steps has the reason", async () => {
    const { owner, worker } = await aTeam(app());
    const guarded = await aTask(app(), owner, worker, { budget_usd: 0, estimated_cost_usd: 1 });
    await problemOf(app().call(startTask, worker, { id: guarded.id }));
    const parent = await aRunningTask(app(), owner, worker);
    await aTask(app(), worker, worker, { parent_task_id: parent.id });
    await app().call(blockTask, worker, { id: parent.id, fence: parent.fence, wait: "children" });
    for (const { id } of [guarded, parent]) {
      expect((await problemOf(answer(owner, id))).code).toBe("illegal_step");
      const { allowed_steps } = await app().call(getTask, owner, { id });
      expect(allowed_steps).toContainEqual(
        expect.objectContaining({
          step: "answer",
          allowed: false,
          reason: expect.stringContaining("asks no question"),
        }),
      );
    }
  });

  it("when the agent is archived", async () => {
    const { owner, worker, id } = await aQuestion();
    await app().call(archiveAgent, owner, { id: worker.id });
    expect((await problemOf(answer(owner, id))).code).toBe("conflict");
  });

  it("to all but the first of several callers", async () => {
    const { owner, workspace, id } = await aQuestion();
    const all = await Promise.allSettled(["1", "2", "3", "4"].map((text) => answer(owner, id, text)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await typesOf(workspace.id, id)).filter((type) => type === "task.answered")).toHaveLength(1);
  });

  it("or an assignment wins, when both are taken at once", async () => {
    const { owner, workspace, id } = await aQuestion();
    const other = await anAgent(app(), workspace);
    await Promise.allSettled([
      answer(owner, id),
      app().call(assignTask, owner, { id, assigned_to_agent_id: other.id }),
    ]);
    expect((await app().call(getTask, owner, { id })).status).toBe("queued");
    await checkTasks(app(), workspace.id);
  });
});

describe("the suggested answers of a block", () => {
  it("are in the reason of the task and in its event", async () => {
    const { workspace, id, task } = await aQuestion({ options: ["7 %", "19 %"] });
    expect(task.blocked_reason).toMatchObject({ reason: QUESTION, options: ["7 %", "19 %"] });
    const [event] = (await factsOf(app(), workspace.id, id)).filter(({ type }) => type === "task.blocked");
    expect(event?.data).toMatchObject({ options: ["7 %", "19 %"] });
  });

  it.each([
    ["too many", Array.from({ length: OPTIONS_MAX + 1 }, (_, at) => `${at}`)],
    ["too long", ["x".repeat(OPTION_LENGTH_MAX + 1)]],
    ["the same twice", ["a", "a"]],
    ["blank", [" "]],
    ["none", []],
  ])("are refused when they are %s", async (_what, options) => {
    expect((await problemOf(aQuestion({ options }))).code).toBe("invalid_input");
  });

  it("are refused for a wait for children", async () => {
    expect((await problemOf(aQuestion({ options: ["a"], wait: "children" }))).code).toBe("invalid_input");
  });
});
