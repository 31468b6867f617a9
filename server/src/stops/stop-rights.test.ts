/** The rights to stop and to lift, and the keys that a stop refuses. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, problemOf, type TestApp, useApp } from "../../test/harness/harness.ts";
import { aProcess } from "../../test/harness/processes.ts";
import { aTeam } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { createStop } from "./operations/create-stop.ts";
import { getStop } from "./operations/get-stop.ts";
import { liftStop } from "./operations/lift-stop.ts";
import type { Stop } from "./schema.ts";

const app = useApp();
const REASON = { reason: "Something is wrong." };

const stop = (by: Actor, input: Record<string, unknown> = { scope: "workspace", ...REASON }): Promise<Stop> =>
  app().call(createStop, by, input as never);
const lift = (by: Actor, { id }: { id: string }) => app().call(liftStop, by, { id, ...REASON });
const claim = (by: Actor) => app().call(claimTasks, by, { limit: 5 });
const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;

describe("who may stop and lift", () => {
  const bearer = (key: string, on: Pick<TestApp, "authenticate"> = app()) =>
    on.authenticate({ authorization: `Bearer ${key}` });

  it("keys with the scope stop, never lift; others do neither", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const member = await aPerson(app(), workspace.id, "member");
    for (const by of [worker, member]) expect(await codeOf(stop(by))).toBe("forbidden");
    const named = { kind: "agent", name: "Brake", agent_id: worker.id } as const;
    expect(await codeOf(app().call(createKey, owner, { ...named, scopes: ["ingest"] }))).toBe("invalid_input");
    const brake = await app().call(createKey, owner, { ...named, scopes: ["stop"] });
    const script = await app().call(createKey, owner, { kind: "service", name: "Watch", scopes: ["stop"] });
    const other = await app().call(createKey, owner, { kind: "service", name: "Other", scopes: ["ingest"] });
    expect(await codeOf(stop(await bearer(other.key)))).toBe("forbidden");
    for (const { key } of [brake, script]) {
      const by = await bearer(key);
      const made = await stop(by);
      expect(made.stopped_by).toEqual({ kind: by.kind, id: by.id });
      expect(await codeOf(lift(by, made))).toBe("forbidden");
      expect(await codeOf(lift(member, made))).toBe("forbidden");
      await lift(owner, made);
    }
  });

  it("nobody of another workspace, and no misfitting input", async () => {
    const { owner, worker } = await aTeam(app());
    const foreign = await aTeam(app());
    const child = await aTask(app(), owner, worker, { parent_task_id: (await aTask(app(), owner, worker)).id });
    const made = await stop(owner);
    expect(await codeOf(lift(foreign.owner, made))).toBe("not_found");
    expect(await codeOf(app().call(getStop, foreign.owner, { id: made.id }))).toBe("not_found");
    for (const [scope, id, code] of [
      ["agent", foreign.worker.id, "not_found"],
      ["tree", randomUUID(), "not_found"],
      ["tree", child.id, "invalid_input"],
      ["agent", undefined, "invalid_input"],
      ["workspace", worker.id, "invalid_input"],
    ]) {
      expect(await codeOf(stop(owner, { scope, id, ...REASON })), `${scope} ${id}`).toBe(code);
    }
    const keys = { scope: "tree", id: child.root_task_id, what: ["keys"], ...REASON };
    expect((await problemOf(stop(owner, keys))).details.errors).toMatchObject([{ path: "/what" }]);
    expect((await claim(foreign.worker)).items).toEqual([]);
    await aTask(app(), foreign.owner, foreign.worker);
    expect((await claim(foreign.worker)).items).toHaveLength(1);
  });

  it("keys of a stopped agent are refused on every process at once, and work again after the lift", async () => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    const [agent, free] = [await anAgent(app(), workspace), await anAgent(app(), workspace)];
    const keyOf = async ({ id }: Actor) =>
      (await app().call(createKey, owner, { kind: "agent", name: "Key", agent_id: id })).key;
    const [key, freeKey] = [await keyOf(agent), await keyOf(free)];
    const processes = [await aProcess(app()), await aProcess(app())];
    const [one] = processes;
    if (!one) throw new Error("There is a process.");
    const seen = (secret: string) =>
      Promise.all(
        processes.map((process) =>
          bearer(secret, process).then(
            ({ id }) => id,
            ({ code }) => code,
          ),
        ),
      );
    expect(await seen(key)).toEqual([agent.id, agent.id]);
    const held = await bearer(key, one);
    const request = { id: "r", trace_id: null, ip: "", at_this_machine: false, user_agent: "", session: null };
    const on = (operation: typeof createStop | typeof liftStop, input: object) =>
      one.dispatcher.dispatch(operation, owner, { input, request });
    const { output } = await on(createStop, { scope: "agent", id: agent.id, what: ["keys"], ...REASON });
    await expect.poll(() => seen(key)).toEqual(["unauthenticated", "unauthenticated"]);
    expect(await seen(freeKey)).toEqual([free.id, free.id]);
    // A call that was admitted before the stop changes nothing after it.
    expect(await codeOf(claim(held))).toBe("unauthenticated");
    // The answer of an operation is unknown here.
    await on(liftStop, { id: (output as Stop).id, ...REASON });
    await expect.poll(() => seen(key)).toEqual([agent.id, agent.id]);
    for (const process of processes) await process.close();
  });
});
