/** `tasks.undo`: a caller takes back its last step, until another step follows it. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { readInbox } from "../messages/operations/read-inbox.ts";
import { answerTask } from "./operations/answer-task.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { getTask } from "./operations/get-task.ts";
import { startTask } from "./operations/start-task.ts";
import { undoStep } from "./operations/undo-step.ts";

const app = useApp();
const undo = (by: Actor, id: string) => app().call(undoStep, by, { id });

async function aCast() {
  const team = await aTeam(app());
  return { ...team, other: await anAgent(app(), team.workspace, { name: "Other" }) };
}

async function aQuestion() {
  const cast = await aCast();
  const { id, fence } = await aRunningTask(app(), cast.owner, cast.worker);
  await app().call(blockTask, cast.worker, { id, fence, reason: "Which rate?", options: ["7 %"] });
  return { ...cast, id };
}

describe("a person takes back", () => {
  const STEPS = {
    answer: (id: string, { owner }: Awaited<ReturnType<typeof aCast>>) =>
      app().call(answerTask, owner, { id, answer: "7 %" }),
    assign: (id: string, { owner, other }: Awaited<ReturnType<typeof aCast>>) =>
      app().call(assignTask, owner, { id, assigned_to_agent_id: other.id }),
    escalate: (id: string, { owner }: Awaited<ReturnType<typeof aCast>>) =>
      app().call(escalateTask, owner, { id, reason: "Beyond us." }),
    start: (id: string, { owner }: Awaited<ReturnType<typeof aCast>>) => app().call(startTask, owner, { id }),
  } as const;

  it.each(Object.keys(STEPS) as (keyof typeof STEPS)[])("%s, and the question is there again", async (step) => {
    const cast = await aQuestion();
    const { owner, worker, workspace, id } = cast;
    const before = await app().call(getTask, owner, { id });
    await STEPS[step](id, cast);
    const undone = await undo(owner, id);
    expect(undone).toMatchObject({
      status: "blocked",
      assigned_to_agent_id: worker.id,
      blocked_reason: before.blocked_reason,
      escalated_from: [],
    });
    expect((await factsOf(app(), workspace.id, id)).at(-1)).toMatchObject({
      type: "task.undone",
      data: { step, status: "blocked" },
    });
    await checkTasks(app(), workspace.id);
    expect((await problemOf(undo(owner, id))).code).toBe("illegal_step");
    await app().call(answerTask, owner, { id, answer: "19 %" });
    expect(await aClaim(app(), worker)).toMatchObject({ id, answer: "19 %" });
  });

  it("an answer, and the agent gets a message about it", async () => {
    const { owner, worker, id } = await aQuestion();
    await app().call(answerTask, owner, { id, answer: "7 %" });
    await undo(owner, id);
    const { items } = await app().call(readInbox, worker, {});
    expect(items.map(({ content }) => content)).toEqual(["7 %", expect.stringContaining("was taken back")]);
    expect(await app().call(getTask, owner, { id })).not.toHaveProperty("answer");
  });

  it("the assignment of a running task, which is queued for its former agent", async () => {
    const { owner, worker, other, workspace } = await aCast();
    const { id } = await aRunningTask(app(), owner, worker);
    await app().call(assignTask, owner, { id, assigned_to_agent_id: other.id });
    expect(await undo(owner, id)).toMatchObject({ status: "queued", assigned_to_agent_id: worker.id });
    await checkTasks(app(), workspace.id);
  });

  it("the assignment of a task that waited for children, which may have ended since", async () => {
    const { owner, worker, other, workspace } = await aCast();
    const parent = await aRunningTask(app(), owner, worker);
    const child = await aTask(app(), worker, worker, { parent_task_id: parent.id });
    await app().call(blockTask, worker, { id: parent.id, fence: parent.fence, wait: "children" });
    await app().call(assignTask, owner, { id: parent.id, assigned_to_agent_id: other.id });
    await app().call(cancelTask, owner, { id: child.id });
    expect(await undo(owner, parent.id)).toMatchObject({ status: "queued", assigned_to_agent_id: worker.id });
    await checkTasks(app(), workspace.id);
  });

  it("an agent takes back its own assignment, which stays counted", async () => {
    const { worker, other, workspace } = await aCast();
    const { id } = await aTask(app(), worker, worker);
    await app().call(assignTask, worker, { id, assigned_to_agent_id: other.id });
    expect((await problemOf(undo(other, id))).code).toBe("illegal_step");
    expect(await undo(worker, id)).toMatchObject({ status: "queued", assigned_to_agent_id: worker.id });
    const { rows } = await app().admin.query("select handovers from tasks where id = $1", [id]);
    expect(rows).toEqual([{ handovers: 1 }]);
    await checkTasks(app(), workspace.id);
  });

  it("the assignment of a task for a role, which any agent of the role gets", async () => {
    const { owner, other, workspace } = await aCast();
    const { id } = await aTask(app(), owner, other, {
      assigned_to_agent_id: undefined,
      assigned_role: "worker",
    } as object);
    await app().call(assignTask, owner, { id, assigned_to_agent_id: other.id });
    expect(await undo(owner, id)).toMatchObject({ assigned_to_agent_id: null, assigned_role: "worker" });
    await checkTasks(app(), workspace.id);
  });
});

describe("an undo is refused", () => {
  it("after another step, and allowed_steps says so", async () => {
    const { owner, worker, id } = await aQuestion();
    await app().call(answerTask, owner, { id, answer: "7 %" });
    const allowed = async () =>
      (await app().call(getTask, owner, { id })).allowed_steps.find(({ step }) => step === "undo")?.allowed;
    expect(await allowed()).toBe(true);
    await aClaim(app(), worker);
    expect(await allowed()).toBe(false);
    expect((await problemOf(undo(owner, id))).code).toBe("illegal_step");
  });

  it("to other agents, other people and other workspaces", async () => {
    const { owner, worker, id } = await aQuestion();
    await app().call(answerTask, owner, { id, answer: "7 %" });
    const { owner: foreign } = await aScene(app());
    expect((await problemOf(undo(worker, id))).code).toBe("illegal_step");
    expect((await problemOf(undo(foreign, id))).code).toBe("not_found");
    await app().admin.query("update tasks set undo = jsonb_set(undo, '{by_id}', to_jsonb($2::text)) where id = $1", [
      id,
      foreign.id,
    ]);
    expect((await problemOf(undo(owner, id))).code).toBe("illegal_step");
  });

  it("when the former agent is archived", async () => {
    const { owner, worker, other } = await aCast();
    const { id } = await aTask(app(), owner, worker);
    await app().call(assignTask, owner, { id, assigned_to_agent_id: other.id });
    await app().call(archiveAgent, owner, { id: worker.id });
    expect((await problemOf(undo(owner, id))).code).toBe("conflict");
  });

  it("or a claim gets nothing, when both are called at once", async () => {
    const { owner, worker, workspace, id } = await aQuestion();
    await app().call(answerTask, owner, { id, answer: "7 %" });
    const [undone, claimed] = await Promise.allSettled([undo(owner, id), app().call(claimTasks, worker, {})]);
    const isTaken = claimed.status === "fulfilled" && claimed.value.items.length > 0;
    expect(isTaken).toBe(undone.status === "rejected");
    await checkTasks(app(), workspace.id);
  });
});
