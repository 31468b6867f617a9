import { describe, expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, factsOf, problemOf, type TestWorkspace, useApp } from "../../test/harness/harness.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { deleteRole } from "./operations/delete-role.ts";
import { getRole } from "./operations/get-role.ts";
import { getRules } from "./operations/get-rules.ts";
import { listRoles } from "./operations/list-roles.ts";
import { setRole } from "./operations/set-role.ts";
import { setRules } from "./operations/set-rules.ts";
import { summarizeTeam } from "./operations/summarize-team.ts";

const app = useApp();
const CALLERS = 12;

const give = (workspace: TestWorkspace, agent: Actor, fields: Record<string, unknown> = {}) =>
  app().call(setRole, workspace.owner, { agent_id: agent.id, ...fields });

async function aSupervisor(workspace: TestWorkspace, fields: Record<string, unknown> = {}): Promise<Actor> {
  const agent = await anAgent(app(), workspace, { name: "Supervisor" });
  await give(workspace, agent, { role: "supervisor", ...fields });
  return agent;
}

describe("a role", () => {
  it("is given, changed in part, read, listed by kind and taken, each with a fact", async () => {
    const workspace = await aWorkspace(app());
    const [boss, worker] = [await aSupervisor(workspace), await anAgent(app(), workspace)];
    expect(await give(workspace, worker, { reports_to: boss.id })).toMatchObject({
      role: "worker",
      can_assign_to_peers: false,
      can_escalate_to_supervisor: true,
      reports_to: boss.id,
    });
    const changed = await give(workspace, worker, { role: "specialist", can_assign_to_peers: true });
    expect(changed).toMatchObject({ role: "specialist", can_assign_to_peers: true, reports_to: boss.id });
    expect(await app().call(getRole, worker, { agent_id: worker.id })).toEqual(changed);
    expect((await app().call(listRoles, worker, { role: "specialist" })).items).toEqual([changed]);
    await app().call(deleteRole, workspace.owner, { agent_id: worker.id });
    expect((await problemOf(app().call(getRole, worker, { agent_id: worker.id }))).code).toBe("not_found");
    const facts = (await factsOf(app(), workspace.id, worker.id)).map(({ type }) => type);
    expect(facts).toEqual(["agent.created", "role.set", "role.set", "role.removed"]);
  });

  it("that is set as it is leaves no trace", async () => {
    const workspace = await aWorkspace(app());
    const boss = await aSupervisor(workspace);
    const before = await factsOf(app(), workspace.id);
    await give(workspace, boss, { role: "supervisor", reports_to: null });
    await give(workspace, boss);
    expect(await factsOf(app(), workspace.id)).toEqual(before);
  });

  it("is given only by people: an agent's key and a member may not", async () => {
    const workspace = await aWorkspace(app());
    const boss = await aSupervisor(workspace);
    const input = { agent_id: boss.id, role: "worker" as const };
    for (const actor of [boss, await aPerson(app(), workspace.id, "member")]) {
      expect((await problemOf(app().call(setRole, actor, input))).code).toBe("forbidden");
    }
  });

  it("cannot be given to an archived agent", async () => {
    const workspace = await aWorkspace(app());
    const agent = await anAgent(app(), workspace);
    await app().call(archiveAgent, workspace.owner, { id: agent.id });
    expect((await problemOf(give(workspace, agent))).code).toBe("conflict");
  });
});

describe("the chart", () => {
  it("is a tree: no agent reports to itself, to an agent below, or to an agent that is no supervisor", async () => {
    const workspace = await aWorkspace(app());
    const top = await aSupervisor(workspace);
    const middle = await aSupervisor(workspace, { reports_to: top.id });
    const low = await aSupervisor(workspace, { reports_to: middle.id });
    const worker = await anAgent(app(), workspace);
    await give(workspace, worker, { reports_to: low.id });
    for (const [agent, above] of [
      [top, top],
      [top, middle],
      [top, low],
      [low, worker],
    ] as const) {
      const problem = await problemOf(give(workspace, agent, { reports_to: above.id }));
      expect(problem).toMatchObject({ code: "conflict", details: { errors: [{ path: "/reports_to" }] } });
    }
    expect(await app().call(getRole, workspace.owner, { agent_id: top.id })).toMatchObject({ reports_to: null });
  });

  it("stays one when two changes that would close a circle together come at once", async () => {
    const workspace = await aWorkspace(app());
    for (let round = 0; round < CALLERS; round++) {
      const [a, b] = [await aSupervisor(workspace), await aSupervisor(workspace)];
      const results = await Promise.allSettled([
        give(workspace, a, { reports_to: b.id }),
        give(workspace, b, { reports_to: a.id }),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    }
  });

  it("takes many changes of one role at once, each with its fact", async () => {
    const workspace = await aWorkspace(app());
    const agent = await anAgent(app(), workspace);
    await give(workspace, agent, { role: "worker", can_assign_to_peers: false });
    const flags = Array.from({ length: CALLERS }, (_, index) => index % 2 === 0);
    await Promise.all(flags.map((can_assign_to_peers) => give(workspace, agent, { can_assign_to_peers })));
    const facts = (await factsOf(app(), workspace.id, agent.id)).filter(({ type }) => type === "role.set");
    // No fact repeats the fact before it, so each fact is a change.
    const said = facts.map(({ data }) => data.can_assign_to_peers);
    expect(said.every((value, index) => index === 0 || value !== said[index - 1])).toBe(true);
    expect(await app().call(getRole, agent, { agent_id: agent.id })).toMatchObject({
      can_assign_to_peers: said.at(-1),
    });
  });
});

describe("a supervisor others depend on", () => {
  async function aChain() {
    const workspace = await aWorkspace(app());
    const top = await aSupervisor(workspace);
    const boss = await aSupervisor(workspace, { reports_to: top.id });
    const worker = await anAgent(app(), workspace);
    await give(workspace, worker, { reports_to: boss.id });
    await app().call(setRules, workspace.owner, { default_supervisor_agent_id: boss.id });
    return { workspace, owner: workspace.owner, top, boss, worker };
  }

  type Chain = Awaited<ReturnType<typeof aChain>>;
  const WAYS = {
    demoting: ({ workspace, boss }: Chain, confirm?: boolean) =>
      give(workspace, boss, { role: "worker", ...(confirm && { confirm }) }),
    "taking the role": ({ owner, boss }: Chain, confirm?: boolean) =>
      app().call(deleteRole, owner, { agent_id: boss.id, ...(confirm && { confirm }) }),
    archiving: ({ owner, boss }: Chain, confirm?: boolean) =>
      app().call(archiveAgent, owner, { id: boss.id, ...(confirm && { confirm }) }),
  };

  it.each(Object.entries(WAYS))("%s says what it would strand, and changes nothing", async (_name, way) => {
    const chain = await aChain();
    const before = await factsOf(app(), chain.workspace.id);
    const problem = await problemOf(way(chain));
    expect(problem).toMatchObject({
      code: "conflict",
      details: {
        stranded: { reports: [chain.worker.id], is_default_supervisor: true, open_escalations: 0 },
        next_step: expect.stringContaining("confirm"),
      },
    });
    expect(await factsOf(app(), chain.workspace.id)).toEqual(before);
  });

  it.each(Object.entries(WAYS))(
    "%s, when confirmed, passes its reports up and leaves nothing hanging",
    async (_, way) => {
      const chain = await aChain();
      await way(chain, true);
      const { owner, worker, top, workspace } = chain;
      expect(await app().call(getRole, owner, { agent_id: worker.id })).toMatchObject({ reports_to: top.id });
      expect(await app().call(getRules, owner, {})).toMatchObject({ default_supervisor_agent_id: null });
      const types = (await factsOf(app(), workspace.id)).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(["rules.changed"]));
    },
  );

  it("archived by two at once leaves the team once", async () => {
    const chain = await aChain();
    await Promise.allSettled([WAYS.archiving(chain, true), WAYS.archiving(chain, true), WAYS.demoting(chain, true)]);
    const facts = await factsOf(app(), chain.workspace.id, chain.boss.id);
    expect(facts.filter(({ type }) => type === "agent.archived")).toHaveLength(1);
    expect(facts.filter(({ type }) => type === "role.removed")).toHaveLength(1);
    expect((await problemOf(app().call(getRole, chain.owner, { agent_id: chain.boss.id }))).code).toBe("not_found");
  });
});

describe("the rules", () => {
  it("are off by default, and are changed in part", async () => {
    const { owner } = await aWorkspace(app());
    const off = {
      allow_peer_assignment: false,
      require_supervisor_for_tasks: false,
      default_supervisor_agent_id: null,
      agents_create_roots: true,
      agent_priority_max: 10,
    };
    expect(await app().call(getRules, owner, {})).toEqual(off);
    expect(await app().call(setRules, owner, { allow_peer_assignment: true })).toEqual({
      ...off,
      allow_peer_assignment: true,
    });
    expect(await app().call(setRules, owner, { require_supervisor_for_tasks: true })).toEqual({
      ...off,
      allow_peer_assignment: true,
      require_supervisor_for_tasks: true,
    });
  });

  it("about what agents create are set by people and within bounds, each change once", async () => {
    const workspace = await aWorkspace(app());
    const agent = await anAgent(app(), workspace);
    const set = (by: Actor, changes: Record<string, unknown>) => app().call(setRules, by, changes);
    for (const bad of [{ agent_priority_max: -1 }, { agent_priority_max: 1_000_001 }, { agents_create_roots: "no" }]) {
      expect((await problemOf(set(workspace.owner, bad))).code).toBe("invalid_input");
    }
    expect((await problemOf(set(agent, { agents_create_roots: false }))).code).toBe("forbidden");
    const wanted = { agents_create_roots: false, agent_priority_max: 3 };
    for (let repeat = 0; repeat < 2; repeat++) expect(await set(workspace.owner, wanted)).toMatchObject(wanted);
    const facts = (await factsOf(app(), workspace.id)).filter(({ type }) => type === "rules.changed");
    expect(facts).toMatchObject([{ data: { from: { agent_priority_max: 10 }, to: wanted } }]);
  });

  it("accept as default supervisor only an agent with that role, or null", async () => {
    const workspace = await aWorkspace(app());
    const worker = await anAgent(app(), workspace);
    await give(workspace, worker, { role: "worker" });
    const wrong = app().call(setRules, workspace.owner, { default_supervisor_agent_id: worker.id });
    expect(await problemOf(wrong)).toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("supervisor role"),
      details: { errors: [{ path: "/default_supervisor_agent_id" }] },
    });
    const boss = await aSupervisor(workspace);
    await app().call(setRules, workspace.owner, { default_supervisor_agent_id: boss.id });
    await app().call(setRules, workspace.owner, { default_supervisor_agent_id: null });
    expect((await factsOf(app(), workspace.id)).filter(({ type }) => type === "rules.changed")).toHaveLength(2);
  });
});

it("the summary shows each agent once: those with a role by role, and active agents without one", async () => {
  const workspace = await aWorkspace(app());
  const boss = await aSupervisor(workspace);
  const [worker, specialist, idle, paused] = await Promise.all(
    ["Worker", "Specialist", "Idle", "Paused"].map((name) => anAgent(app(), workspace, { name })),
  );
  if (!worker || !specialist || !idle || !paused) throw new Error("There are four.");
  await give(workspace, worker, { reports_to: boss.id });
  await give(workspace, specialist, { role: "specialist" });
  await app().call(pauseAgent, workspace.owner, { id: paused.id });
  expect(await app().call(summarizeTeam, worker, {})).toMatchObject({
    supervisors: [{ agent_id: boss.id }],
    workers: [{ agent_id: worker.id, reports_to: boss.id }],
    specialists: [{ agent_id: specialist.id }],
    unassigned_agents: [{ id: idle.id, name: "Idle" }],
    rules: { require_supervisor_for_tasks: false },
    is_complete: true,
  });
});
