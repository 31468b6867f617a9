import { describe, expect, test } from "vitest";
import { actionsOn, OF_TYPE, PAYLOAD, senderOf } from "../../test/harness/actions.ts";
import { aClaim, anAgent, aRunningTask } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, factsOf, problemOf, testEnvironment, useApp } from "../../test/harness/harness.ts";
import { dispatchOn, later, runJobs } from "../../test/harness/team.ts";
import { createConnection } from "../connections/operations/create-connection.ts";
import { updateConnection } from "../connections/operations/update-connection.ts";
import { useStandIn } from "../connections/test-stand-in.ts";
import { canonicalJson } from "../kernel/document-rules.ts";
import { readInbox } from "../messages/operations/read-inbox.ts";
import { answerTask } from "../tasks/operations/answer-task.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { actionJobs } from "./jobs.ts";
import { cancelAction } from "./operations/cancel-action.ts";
import { createRule } from "./operations/create-rule.ts";
import { decideActions } from "./operations/decide-actions.ts";
import { getAction } from "./operations/get-action.ts";
import { getRules } from "./operations/get-rules.ts";
import { getTypes } from "./operations/get-types.ts";
import { listActions } from "./operations/list-actions.ts";
import { listPending } from "./operations/list-pending.ts";
import { retryAction } from "./operations/retry-action.ts";
import { takeActions } from "./operations/take-actions.ts";
import { hashOf } from "./payload.ts";

const app = useApp({ env: testEnvironment({ settings: { privateHosts: ["127.0.0.1"] } }) });
const service = useStandIn();
const { aTeam, propose, approve, reject, read, endsOf, execute } = actionsOn(app, () => service.url);
const DAY = 86_400;
const inAWeek = () => new Date(Date.now() + 7 * DAY * 1_000).toISOString();

const contentsOf = async ({ agent }: { agent: Parameters<typeof aClaim>[1] }) =>
  (await app().call(readInbox, agent, {})).items.map(({ content }) => content);

describe("an action", () => {
  test("is sent once after its approval, with its id as the key, and leaves a receipt", async () => {
    const team = await aTeam();
    const proposed = await propose(team, { reasoning: "The customer confirmed.", confidence: 0.8 });
    expect(proposed).toMatchObject({ status: "pending", connection_id: team.connection_id, payload: PAYLOAD });
    expect(proposed.payload_hash).toBe(hashOf(PAYLOAD));
    await execute(team);
    expect(service.received).toEqual([]);
    const { id, payload_hash } = proposed;
    expect(await approve(team.owner, { id }, { payload_hash, reason: "Fine" })).toMatchObject({
      status: "approved",
      decided_by: team.owner.id,
      decision_reason: "Fine",
      proposed_payload: null,
    });
    service.answer = () => ({ status: 201, body: `{"id": "o-1"}${"x".repeat(2_000)}` });
    await execute(team);
    await execute(team);
    expect(service.received).toHaveLength(1);
    expect(service.received[0]?.headers["idempotency-key"]).toBe(id);
    const done = await read(team, { id });
    expect(done).toMatchObject({
      status: "executed",
      attempts: 1,
      receipt: { attempt: 1, request_id: id, response_status: 201 },
      attempt_log: [{ attempt: 1, end: "executed", response_status: 201 }],
    });
    expect(String(done.result?.answer_start)).toHaveLength(1_024);
    expect(await endsOf(team, { id })).toEqual(["proposed", "approved", "executed"]);
    expect(await contentsOf(team)).toEqual([expect.stringContaining("was executed")]);
    expect(JSON.stringify(done)).not.toContain("token-of-the-shop");
  });

  test("keeps what the agent proposed when a person changes the payload, and sends the changed one", async () => {
    const team = await aTeam();
    const action = await propose(team);
    const payload = { ...PAYLOAD, body: { item: "two chairs" } };
    expect((await problemOf(approve(team.owner, action, { payload: { method: "NO" } }))).code).toBe("invalid_input");
    const approved = await approve(team.owner, action, { payload, payload_hash: action.payload_hash });
    expect(approved).toMatchObject({ payload, proposed_payload: PAYLOAD, payload_hash: hashOf(payload) });
    await execute(team);
    expect(service.received.map(({ text }) => JSON.parse(text))).toEqual([{ item: "two chairs" }]);
  });

  test("has the hash of the canonical JSON, in any order of its fields", async () => {
    expect(canonicalJson({ "10": 1, "9": 2, b: 1e21, a: "\u202e\u0001" })).toBe(
      '{"10":1,"9":2,"a":"\u202e\\u0001","b":1e+21}',
    );
    const team = await aTeam();
    const { payload_hash, id } = await propose(team, {
      payload: { path: "/\u202eorders", method: "POST", body: { z: 1.0, a: 2 } },
    });
    expect(payload_hash).toBe(hashOf({ body: { a: 2, z: 1 }, method: "POST", path: "/\u202eorders" }));
    expect((await read(team, { id })).payload_hash).toBe(payload_hash);
  });

  test("is refused with the reason when it is wrong, foreign or not connected", async () => {
    const team = await aTeam();
    const codes = async (more: Record<string, unknown>) => (await problemOf(propose(team, more))).code;
    expect(await codes({ action_type: "dance" })).toBe("unknown_action_type");
    expect(await codes({ service_type: "fax" })).toBe("unknown_action_type");
    expect(await problemOf(propose(team, { payload: { method: "POST", path: 3 } }))).toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("payload.path"),
    });
    expect(await codes({ holds_task: true })).toBe("invalid_input");
    const foreign = await aTeam();
    expect(await codes({ connection_id: foreign.connection_id })).toBe("not_found");
    const { id: task_id } = await aRunningTask(app(), foreign.agent, foreign.agent);
    expect(await codes({ task_id })).toBe("not_found");
    const fields = { service_type: "http", name: "Other", config: { base_url: service.url } } as const;
    await app().call(createConnection, team.owner, fields);
    expect(await problemOf(propose(team))).toMatchObject({ message: expect.stringContaining("connection_id") });
    await app().call(updateConnection, team.owner, { id: team.connection_id, agent_ids: [] });
    expect(await codes({ connection_id: team.connection_id })).toBe("forbidden");
    const empty = await aWorkspace(app());
    const agent = await anAgent(app(), empty);
    const left = { workspace: empty, owner: empty.owner, agent, connection_id: "" };
    expect((await problemOf(propose(left))).code).toBe("not_connected");
    const { items } = await app().call(getTypes, agent, {});
    expect(items.find(({ service_type }) => service_type === "http")).toMatchObject({ available: false });
  });

  test("is decided by owners and admins, canceled by its agent, and seen by its agent alone among agents", async () => {
    const team = await aTeam();
    const action = await propose(team);
    const other = await anAgent(app(), team.workspace);
    const member = await aPerson(app(), team.workspace.id, "member");
    const stranger = (await aTeam()).owner;
    for (const by of [team.agent, other, member]) {
      expect((await problemOf(approve(by, action))).code).toBe("forbidden");
      expect((await problemOf(reject(by, action))).code).toBe("forbidden");
    }
    expect((await problemOf(approve(stranger, action))).code).toBe("not_found");
    expect((await problemOf(app().call(getAction, stranger, { id: action.id }))).code).toBe("not_found");
    expect((await problemOf(app().call(getAction, other, { id: action.id }))).code).toBe("not_found");
    expect((await problemOf(app().call(cancelAction, other, { id: action.id }))).code).toBe("not_found");
    expect((await problemOf(app().call(cancelAction, team.owner, { id: action.id }))).code).toBe("forbidden");
    expect((await problemOf(app().call(listActions, other, { agent_id: team.agent.id }))).code).toBe("forbidden");
    expect((await app().call(listActions, other, {})).items).toEqual([]);
    expect((await app().call(listPending, member, {})).items.map(({ id }) => id)).toEqual([action.id]);
    expect(await app().call(cancelAction, team.agent, { id: action.id })).toMatchObject({ status: "canceled" });
    const admin = await aPerson(app(), team.workspace.id, "admin");
    expect((await problemOf(approve(admin, action))).code).toBe("already_decided");
    const second = await propose(team);
    // The role is read again in the transaction.
    await app().admin.query("update members set role = 'member' where user_id = $1", [admin.id]);
    expect((await problemOf(approve(admin, second))).code).toBe("forbidden");
    expect(await reject(team.owner, second, "Not today.")).toMatchObject({
      status: "rejected",
      decided_by: team.owner.id,
    });
    expect(await endsOf(team, second)).toEqual(["proposed", "rejected"]);
    expect(await contentsOf(team)).toEqual([
      expect.stringContaining("was canceled"),
      expect.stringContaining("Not today."),
    ]);
  });

  test("expires without a decider, by the job or at the decision, and each decision after says so", async () => {
    const team = await aTeam();
    const [swept, late, batch] = [
      await propose(team),
      await propose(team),
      await propose(team, { expires_in_seconds: 60 }),
    ];
    expect(await problemOf(approve(team.owner, late, { payload_hash: hashOf({}) }))).toMatchObject({
      code: "payload_changed",
      details: { payload_hash: late.payload_hash },
    });
    await later(app(), DAY + 1, async () => {
      expect((await problemOf(approve(team.owner, late))).code).toBe("expired");
      expect((await app().call(listPending, team.owner, {})).items).toEqual([]);
      const items = [{ id: batch.id, decision: "approve" as const }];
      const { items: results } = await app().call(decideActions, team.owner, { items });
      expect(results).toMatchObject([{ id: batch.id, problem: { code: "expired" } }]);
      await runJobs(app(), actionJobs().slice(1, 2));
      for (const action of [swept, late, batch]) {
        expect((await problemOf(reject(team.owner, action))).code).toBe("expired");
        expect(await read(team, action)).toMatchObject({ status: "expired", decided_by: null, decided_at: null });
        expect(await endsOf(team, action)).toEqual(["proposed", "expired"]);
      }
    });
    expect(await contentsOf(team)).toHaveLength(3);
  });
});

test("a batch decides each item for itself", async () => {
  const team = await aTeam();
  const [one, two, three] = [await propose(team), await propose(team), await propose(team)];
  await reject(team.owner, three);
  const unknown = (await propose(await aTeam())).id;
  const items = [
    { id: one.id, decision: "approve" as const, payload_hash: one.payload_hash },
    { id: two.id, decision: "reject" as const, reason: "No" },
    { id: three.id, decision: "approve" as const },
    { id: unknown, decision: "approve" as const },
    { id: one.id, decision: "reject" as const },
  ];
  const results = (await app().call(decideActions, team.owner, { items })).items;
  // Rejections come first, so the second item for the first action wins.
  expect(results.map(({ status, problem }) => status ?? problem?.code)).toEqual([
    "already_decided",
    "rejected",
    "already_decided",
    "not_found",
    "rejected",
  ]);
});

describe("a connection that gets another address", () => {
  test("ends the rules that approve for it, and what was approved before is not sent", async () => {
    const team = await aTeam();
    const rule = { ...OF_TYPE, decision: "approve", max_per_day: 9, expires_at: inAWeek() } as const;
    const { id, connection_id } = await app().call(createRule, team.owner, rule);
    expect(connection_id).toBe(team.connection_id);
    const { max_per_day: _, ...no } = rule;
    const payload_schema = { properties: { path: { const: "/no" } }, required: ["path"] };
    await app().call(createRule, team.owner, { ...no, decision: "reject", payload_schema });
    const [first, second] = [await propose(team), await propose(team)];
    expect([first.status, second.status]).toEqual(["approved", "approved"]);
    const change = (config: object) =>
      app().call(updateConnection, team.owner, { id: team.connection_id, config: { ...config } });
    await change({ base_url: service.url, repeats_safely: true });
    expect((await app().call(getRules, team.owner, {})).items).toHaveLength(2);
    const sender = senderOf(app(), {
      async dispatch(operation, ...rest) {
        const output = await dispatchOn(app())(operation, ...rest);
        // Between the take and the request.
        if (operation === takeActions) await change({ base_url: `${service.url}/other` });
        return output;
      },
    });
    await execute(team, sender);
    expect((await propose(team)).status).toBe("pending");
    await execute(team);
    expect(service.received).toEqual([]);
    const changed = { status: "failed", error_message: "The connection changed after the approval." };
    expect([await read(team, first), await read(team, second)]).toMatchObject([changed, changed]);
    const { items } = await app().call(getRules, team.owner, {});
    expect(items).toMatchObject([{ decision: "reject" }]);
    const facts = await factsOf(app(), team.workspace.id, id);
    expect(facts.at(-1)?.data).toMatchObject({ cause: "connection_changed" });
    await app().call(retryAction, team.owner, { id: first.id });
    await execute(team);
    expect(service.received.map(({ path }) => path)).toEqual(["/other/orders"]);
  });

  test("shows why a rule that approves needs its connection and a type that exists", async () => {
    const team = await aTeam();
    const fields = { service_type: "http", name: "Other", config: { base_url: service.url } } as const;
    await app().call(createConnection, team.owner, fields);
    const rule = (more: object) => {
      const input = { ...OF_TYPE, decision: "approve", max_per_day: 9, expires_at: inAWeek(), ...more } as const;
      return problemOf(app().call(createRule, team.owner, input));
    };
    expect((await rule({})).details.errors?.[0]?.path).toBe("/connection_id");
    expect((await rule({ action_type: "dance" })).code).toBe("unknown_action_type");
    const rejecting = { decision: "reject", max_per_day: undefined };
    expect((await rule({ ...rejecting, service_type: "fax" })).code).toBe("unknown_action_type");
    expect((await rule({ service_type: "mcp", action_type: "search" })).code).toBe("not_connected");
  });
});

describe("a held task", () => {
  test("waits blocked, takes no answer, and is queued again with the outcome when the action ends", async () => {
    const team = await aTeam();
    const task = await aRunningTask(app(), team.agent, team.agent);
    const action = await propose(team, { task_id: task.id, holds_task: true });
    expect(await app().call(getTask, team.owner, { id: task.id })).toMatchObject({
      status: "blocked",
      lease_expires_at: null,
      blocked_reason: { code: "waiting_for_approval", action_id: action.id },
    });
    const answer = app().call(answerTask, team.owner, { id: task.id, answer: "Yes" });
    expect((await problemOf(answer)).code).toBe("illegal_step");
    await approve(team.owner, action);
    expect((await app().call(getTask, team.owner, { id: task.id })).status).toBe("blocked");
    await execute(team);
    const after = await app().call(getTask, team.owner, { id: task.id });
    expect(after).toMatchObject({ status: "queued", blocked_reason: null });
    expect(after.events.at(-1)).toMatchObject({
      event_type: "unblocked",
      payload: { cause: "waiting_for_approval", action_id: action.id, outcome: "executed" },
    });
    expect((await aClaim(app(), team.agent)).id).toBe(task.id);
  });

  test("must be one that the agent runs, and stays as it is when something else moved it", async () => {
    const team = await aTeam();
    const other = await anAgent(app(), team.workspace);
    const foreign = await aRunningTask(app(), team.owner, other);
    const holding = (task_id: string) => propose(team, { task_id, holds_task: true });
    expect((await problemOf(holding(foreign.id))).code).toBe("not_assignee");
    const task = await aRunningTask(app(), team.agent, team.agent);
    const action = await holding(task.id);
    expect((await problemOf(holding(task.id))).code).toBe("illegal_step");
    // Its end counts for the task alone that still waits for it.
    await app().admin.query(
      `update tasks set blocked_reason = '{"code": "blocked_by_agent", "reason": "Other"}' where id = $1`,
      [task.id],
    );
    await reject(team.owner, action);
    expect((await app().call(getTask, team.owner, { id: task.id })).status).toBe("blocked");
  });
});
