/** The key that a push carries: it works on its task, on nothing else, and ends with the lease. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createSecondApp,
  factsOf,
  problemOf,
  type TestApp,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { json, pushesOn } from "../../test/harness/pushes.ts";
import { later } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { updateAgent } from "../agents/operations/update-agent.ts";
import { useStandIn } from "../connections/test-stand-in.ts";
import type { Operation } from "../kernel/operation.ts";
import { createStop } from "../stops/operations/create-stop.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { blockTask } from "../tasks/operations/block-task.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { heartbeatTask } from "../tasks/operations/heartbeat-task.ts";
import { LEASE_SECONDS } from "./rules.ts";

const settings = { privateHosts: ["127.0.0.1"] };
const app = useApp({ env: testEnvironment({ settings }) });
const service = useStandIn();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app(), { env: testEnvironment({ settings }) });
});
afterAll(() => second.close());
const { aPushAgent, serve, taskFor, read, keyActor, anAccepted } = pushesOn(app, service);

describe("the key of a push", () => {
  const OWN = [getTask, heartbeatTask, addTaskEvent, blockTask, completeTask, failTask] as const;

  test("reads its task, renews, reports and ends it", async () => {
    const { pushed, task, fence, actor } = await anAccepted();
    const held = { id: task.id, fence };
    expect(await app().call(getTask, actor, { id: task.id })).toMatchObject({ status: "running", fence });
    expect(await app().call(heartbeatTask, actor, { ...held, lease_seconds: 900 })).toMatchObject({
      cancel_requested: false,
    });
    await app().call(addTaskEvent, actor, { ...held, type: "progress", payload: { done: 1 } });
    await app().call(completeTask, actor, { ...held, output: "Done." });
    expect(await read(pushed, task)).toMatchObject({ status: "completed", output: "Done." });
    expect((await factsOf(app(), pushed.workspace.id, task.id)).at(-1)).toMatchObject({
      type: "task.completed",
    });
    const [blocked, failed] = [await anAccepted(pushed), await anAccepted(pushed)];
    await app().call(blockTask, blocked.actor, { id: blocked.task.id, fence: blocked.fence, reason: "Which year?" });
    await app().call(failTask, failed.actor, { id: failed.task.id, fence: failed.fence, reason: "No." });
    expect(await read(pushed, blocked.task)).toMatchObject({ status: "blocked" });
    expect(await read(pushed, failed.task)).toMatchObject({ status: "failed" });
  });

  test("may call no other operation, and sees no other task", async () => {
    const { pushed, actor } = await anAccepted();
    const others = app().operations.filter(
      (operation): operation is Exclude<Operation, { kind: "public" }> =>
        operation.kind !== "public" && !OWN.some((own) => own === operation),
    );
    const codes = new Set<string>();
    for (const operation of others) codes.add((await problemOf(app().call(operation, actor, {}))).code);
    expect([...codes]).toEqual(["forbidden"]);
    const other = await taskFor(pushed);
    const foreign = await anAccepted();
    for (const { id } of [other, foreign.task]) {
      const input = { id, fence: 1, reason: "x", type: "progress" };
      for (const operation of OWN) {
        const fields = Object.keys(operation.input.properties);
        const fitting = Object.fromEntries(Object.entries(input).filter(([name]) => fields.includes(name)));
        expect((await problemOf(app().call(operation, actor, fitting as never))).code).toBe("not_found");
      }
    }
  });

  const ENDS: [string, (held: Awaited<ReturnType<typeof anAccepted>>) => Promise<unknown>][] = [
    ["the end of the task", ({ actor, task, fence }) => app().call(completeTask, actor, { id: task.id, fence })],
    ["a pause", ({ pushed: { owner, id } }) => app().call(pauseAgent, owner, { id })],
    ["an archive", ({ pushed: { owner, id } }) => app().call(archiveAgent, owner, { id, confirm: true })],
    ["pushes turned off", ({ pushed: { owner, id } }) => app().call(updateAgent, owner, { id, delivery: "pull" })],
    ["a stop", ({ pushed: { owner, id } }) => app().call(createStop, owner, { scope: "agent", id, reason: "Stop." })],
  ];
  test.each(ENDS)("ends with %s, on every process, also for a caller that was admitted before", async (_, end) => {
    const held = await anAccepted();
    const { actor, key, task, fence } = held;
    const elsewhere = await keyActor(key, second);
    await end(held);
    for (const one of [app(), second]) expect((await problemOf(keyActor(key, one))).code).toBe("unauthenticated");
    for (const [one, admitted] of [
      [app(), actor],
      [second, elsewhere],
    ] as const) {
      const late = one.call(completeTask, admitted, { id: task.id, fence, output: "late" });
      expect((await problemOf(late)).code).toBe("unauthenticated");
    }
  });

  test("ends with the lease, which a renewal moves", async () => {
    const { actor, key, task, fence } = await anAccepted();
    await later(app(), LEASE_SECONDS - 10, () => app().call(heartbeatTask, actor, { id: task.id, fence }));
    await later(app(), LEASE_SECONDS + 10, () => keyActor(key));
    await later(app(), 2 * LEASE_SECONDS, async () => {
      expect((await problemOf(keyActor(key))).code).toBe("unauthenticated");
    });
  });

  test("cannot be forged, and does not fit another workspace, task or fence", async () => {
    const { key, pushed } = await anAccepted();
    const at = (place: number, to: string) => key.slice(0, place) + to + key.slice(place + 1);
    for (const place of [8, 30, 50, 55, 60, 98]) {
      const forged = at(place, key[place] === "A" ? "B" : "A");
      expect((await problemOf(keyActor(forged))).code).toBe("unauthenticated");
    }
    expect((await problemOf(keyActor(`${key}A`))).code).toBe("unauthenticated");
    const elsewhere = app().authenticate({ authorization: `Bearer ${key}`, workspace: crypto.randomUUID() });
    expect((await problemOf(elsewhere)).code).toBe("not_found");
    const same = app().authenticate({ authorization: `Bearer ${key}`, workspace: pushed.workspace.id });
    expect((await same).id).toBe(pushed.id);
  });

  test("ends the task once: the answer of the push and a call at once", async () => {
    for (const _ of times(3, () => 0)) {
      const pushed = await aPushAgent();
      const task = await taskFor(pushed);
      service.answer = ({ text }) => {
        const { key, fence } = JSON.parse(text);
        calls = keyActor(key, second).then((actor) =>
          outcomesOf(times(2, () => second.call(completeTask, actor, { id: task.id, fence, output: "call" }))),
        );
        return json({ output: "answer" });
      };
      let calls: Promise<unknown> = Promise.resolve();
      await serve(pushed);
      await calls;
      const ends = (await factsOf(app(), pushed.workspace.id, task.id)).filter(({ type }) => type === "task.completed");
      expect(ends).toHaveLength(1);
    }
  });
});
