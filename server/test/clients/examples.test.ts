/** Every file of `examples/` as a process: its agent claims a task, keeps the lease with heartbeats, and completes it. */
import { expect, test } from "vitest";
import { listMessages } from "../../src/messages/operations/list-messages.ts";
import { sendMessage } from "../../src/messages/operations/send-message.ts";
import { aTask } from "../harness/builders.ts";
import { exampleFiles, RUNS, useExamples } from "../harness/example-programs.ts";

const server = useExamples();

/** A task on which the program works long enough for a heartbeat. */
async function given(name: string, input: Record<string, unknown> = { text: "one two three", seconds: 3 }) {
  const { scene, agent, startExample } = server();
  const { actor, env } = await agent(name);
  const { id } = await aTask(scene.app, scene.owner, actor, { title: name, input });
  startExample(name, env);
  return { id, actor };
}

test("each file has a run here", () => {
  expect(exampleFiles().sort()).toEqual(Object.keys(RUNS).sort());
});

const WORKERS = Object.keys(RUNS).filter((name) => name !== "question.py");
for (const name of WORKERS) {
  test.runIf(RUNS[name]?.isPossible)(`${name} claims, keeps the lease and completes`, async () => {
    const { id } = await given(name);
    await expect.poll(async () => (await server().task(id)).status).toBe("completed");
    const { output, events } = await server().task(id);
    expect(output).toEqual({ words: 3 });
    expect(server().succeeded).toContain(`/api/tasks/${id}/heartbeat`);
    expect(events.map(({ event_type }) => event_type).filter((type) => type === "started")).toHaveLength(1);
  });
}

test.runIf(RUNS["question.py"]?.isPossible)("question.py asks by message and completes with the answer", async () => {
  const { scene, task } = server();
  const { id, actor } = await given("question.py", { text: "one two three" });
  const question = async () => (await scene.app.call(listMessages, scene.owner, { task_id: id })).items[0];
  await expect.poll(async () => (await question())?.content).toBe("I count 3 words. Shall I report them?");
  const sent = await question();
  expect(sent).toMatchObject({ from_agent_id: actor.id, to_user_id: scene.owner.id });
  const answer = { content: "Yes", to_agent_id: actor.id, in_reply_to: sent?.id ?? "" };
  await scene.app.call(sendMessage, scene.owner, answer);
  await expect.poll(async () => (await task(id)).status).toBe("completed");
  expect((await task(id)).output).toEqual({ words: 3, answer: "Yes" });
});
