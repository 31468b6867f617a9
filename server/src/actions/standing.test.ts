/** Rules, bypasses, pauses, stops and amounts: they let actions pass, or hold them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actionsOn, OF_TYPE, PAYLOAD } from "../../test/harness/actions.ts";
import { anAgent } from "../../test/harness/builders.ts";
import {
  aPerson,
  createSecondApp,
  problemOf,
  type TestApp,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { dispatchOn, later, runJobs } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { resumeAgent } from "../agents/operations/resume-agent.ts";
import { disconnectConnection } from "../connections/operations/disconnect-connection.ts";
import { useStandIn } from "../connections/test-stand-in.ts";
import { readInbox } from "../messages/operations/read-inbox.ts";
import { createPolicy } from "../risk/operations/create-policy.ts";
import { getHeadroom } from "../risk/operations/get-headroom.ts";
import { createStop } from "../stops/operations/create-stop.ts";
import { liftStop } from "../stops/operations/lift-stop.ts";
import { endRulesOfTools } from "./index.ts";
import { actionJobs } from "./jobs.ts";
import { createRule } from "./operations/create-rule.ts";
import { deleteRule } from "./operations/delete-rule.ts";
import { endBypass } from "./operations/end-bypass.ts";
import { expireActions } from "./operations/expire-actions.ts";
import { getBypasses } from "./operations/get-bypasses.ts";
import { getRules } from "./operations/get-rules.ts";
import { proposeAction } from "./operations/propose-action.ts";
import { retryAction } from "./operations/retry-action.ts";
import { startBypass } from "./operations/start-bypass.ts";

/** `ACTION_ROUNDS=50` looks for what is rare. */
const ROUNDS = Number(process.env.ACTION_ROUNDS || 3);
const settings = { privateHosts: ["127.0.0.1"] };
const app = useApp({ env: testEnvironment({ settings }) });
const service = useStandIn();
const { aTeam, propose, approve, read, endsOf, execute } = actionsOn(app, () => service.url);

let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app(), { env: testEnvironment({ settings }) });
});
afterAll(() => second.close());

type Team = Awaited<ReturnType<typeof aTeam>>;

describe("an agent", () => {
  test("that is paused or archived parks its actions, unless a person confirms", async () => {
    const team = await aTeam();
    const [parked, confirmed, sent] = [await propose(team), await propose(team), await propose(team)];
    await approve(team.owner, sent);
    await app().call(pauseAgent, team.owner, { id: team.agent.id });
    expect(await problemOf(approve(team.owner, parked))).toMatchObject({ code: "agent_paused" });
    await execute(team);
    expect(service.received).toEqual([]);
    await approve(team.owner, confirmed, { confirm: true });
    await execute(team);
    expect(service.received.map(({ headers }) => headers["idempotency-key"])).toEqual([confirmed.id]);
    await app().call(resumeAgent, team.owner, { id: team.agent.id });
    await later(app(), 10, () => execute(team));
    expect((await read(team, sent)).status).toBe("executed");
    await approve(team.owner, parked);
    await app().call(archiveAgent, team.owner, { id: team.agent.id });
    await execute(team);
    expect(await read(team, parked)).toMatchObject({ status: "failed", attempts: 0 });
    expect((await problemOf(app().call(retryAction, team.owner, { id: parked.id }))).code).toBe("agent_paused");
    await app().call(retryAction, team.owner, { id: parked.id, confirm: true });
    await execute(team);
    expect(service.received.at(-1)?.headers["idempotency-key"]).toBe(`${parked.id}-1`);
  });

  test("whose connection is removed: nothing is approved any more, and nothing approved is sent", async () => {
    const team = await aTeam();
    const [waiting, approved] = [await propose(team), await propose(team)];
    await approve(team.owner, approved);
    await app().call(disconnectConnection, team.owner, { id: team.connection_id });
    expect((await problemOf(approve(team.owner, waiting))).code).toBe("not_connected");
    await execute(team);
    expect(service.received).toEqual([]);
    expect(await read(team, approved)).toMatchObject({ status: "failed", attempts: 0 });
    expect(await endsOf(team, approved)).toEqual(["proposed", "approved", "failed"]);
  });
});

test("a stop holds what waits and what is approved, and gives the time back when it is lifted", async () => {
  const team = await aTeam();
  const [waiting, approved] = [await propose(team, { expires_in_seconds: 120 }), await propose(team)];
  await approve(team.owner, approved);
  const stop = await app().call(createStop, team.owner, {
    scope: "workspace",
    what: ["actions"],
    reason: "Look first",
  });
  const during = await propose(team, { expires_in_seconds: 60 });
  await execute(team);
  expect(service.received).toEqual([]);
  expect((await problemOf(approve(team.owner, waiting))).code).toBe("blocked");
  await later(app(), 300, async () => {
    await runJobs(app(), actionJobs().slice(1, 2));
    expect((await read(team, waiting)).status).toBe("pending");
    await app().call(liftStop, team.owner, { id: stop.id, reason: "Looked" });
    const { expires_at, held_since } = await read(team, waiting);
    expect(held_since).toBeNull();
    expect(Date.parse(expires_at) - Date.parse(waiting.expires_at)).toBeGreaterThan(299_000);
    await approve(team.owner, waiting);
    await approve(team.owner, during);
    await execute(team);
    expect(service.received).toHaveLength(3);
  });
});

test("an amount is reserved at the approval, refused above a cap, given back after a failure and used by an execution", async () => {
  const team = await aTeam();
  const cap = {
    policy_type: "daily_spend_cap",
    threshold_value: 10,
    agent_id: team.agent.id,
    action_type: "throttle",
  } as const;
  const policy = await app().call(createPolicy, team.owner, cap);
  const room = async () =>
    (await app().call(getHeadroom, team.owner, {})).items.find(({ policy_id }) => policy_id === policy.id);
  const [small, large] = [await propose(team, { amount_usd: 6 }), await propose(team, { amount_usd: 5 })];
  expect(await room()).toMatchObject({ reserved: 0, left: 10 });
  await approve(team.owner, small);
  expect(await room()).toMatchObject({ reserved: 6, used: 0, left: 4 });
  expect(await problemOf(approve(team.owner, large))).toMatchObject({
    code: "blocked",
    details: {
      policy_id: policy.id,
      cap: 10,
      used: 0,
      reserved: 6,
      estimate: 5,
      fits_at: null,
      top_up_url: expect.any(String),
    },
  });
  expect((await read(team, large)).status).toBe("pending");
  service.answer = () => ({ status: 400 });
  await execute(team);
  expect(await read(team, small)).toMatchObject({ status: "failed" });
  expect(await room()).toMatchObject({ reserved: 0, used: 0, left: 10 });
  service.answer = () => ({ status: 200 });
  await app().call(retryAction, team.owner, { id: small.id });
  await execute(team);
  expect(await room()).toMatchObject({ reserved: 0, used: 6, left: 4 });
  // A limit that is made on the same day counts it too.
  const whole = { policy_type: "daily_spend_cap", threshold_value: 20, action_type: "alert_only" } as const;
  const { id } = await app().call(createPolicy, team.owner, whole);
  const rooms = (await app().call(getHeadroom, team.owner, {})).items;
  expect(rooms.find(({ policy_id }) => policy_id === id)).toMatchObject({ used: 6, left: 14 });
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const aRule = ({ owner }: Team, more: Record<string, unknown> = {}) =>
  app().call(createRule, owner, { ...OF_TYPE, decision: "approve", max_per_day: 1, expires_at: inDays(30), ...more });

describe("a standing rule", () => {
  test("decides in the proposing transaction, and its last use of a day goes to one of several proposals", async () => {
    for (const _ of times(ROUNDS, (n) => n)) {
      const team = await aTeam();
      const rule = await aRule(team, { max_per_day: 2 });
      const processes = [app(), second];
      const input = { ...OF_TYPE, payload: PAYLOAD };
      const proposed = await Promise.all(
        times(5, (n) => (processes[n % 2] ?? app()).call(proposeAction, team.agent, input)),
      );
      expect(proposed.map(({ status }) => status).sort()).toEqual([
        "approved",
        "approved",
        "pending",
        "pending",
        "pending",
      ]);
      const approved = proposed.filter(({ status }) => status === "approved");
      expect(approved.every(({ rule_id, decided_by }) => rule_id === rule.id && decided_by === null)).toBe(true);
      const { items } = await app().call(getRules, team.owner, {});
      expect(items).toMatchObject([{ id: rule.id, used_today: 2, uses: 2 }]);
      // The next day has new uses.
      await later(app(), 86_400, async () => expect((await propose(team)).status).toBe("approved"));
    }
  });

  test("matches payload, agent and connection, and a reject wins", async () => {
    const team = await aTeam();
    const other = await anAgent(app(), team.workspace);
    const of = (path: string) => ({
      type: "object",
      properties: { path: { type: "string", pattern: `^/${path}.*$` } },
      required: ["path"],
    });
    await aRule(team, { max_per_day: 9, payload_schema: of("orders"), agent_id: team.agent.id });
    const reject = await aRule(team, { decision: "reject", max_per_day: undefined, payload_schema: of("orders/old") });
    const sent = async (path: string, by = team.agent) =>
      (await app().call(proposeAction, by, { ...OF_TYPE, payload: { ...PAYLOAD, path } })).status;
    expect(await sent("/orders/1")).toBe("approved");
    expect(await sent("/orders/1", other)).toBe("pending");
    expect(await sent("/customers")).toBe("pending");
    expect(await sent("/orders/old/1")).toBe("rejected");
    await app().call(deleteRule, team.owner, { id: reject.id });
    expect((await problemOf(app().call(deleteRule, team.owner, { id: reject.id }))).code).toBe("not_found");
    expect(await sent("/orders/old/1")).toBe("approved");
    expect((await app().call(readInbox, team.agent, {})).items).toHaveLength(1);
  });

  test("is refused without an end or a limit, and with a schema whose check could take long", async () => {
    const team = await aTeam();
    const refusal = async (more: Record<string, unknown>) => (await problemOf(aRule(team, more))).message;
    expect(await refusal({ expires_at: inDays(91) })).toContain("within 90 days");
    expect(await refusal({ expires_at: inDays(-1) })).toContain("in the future");
    expect(await refusal({ max_per_day: undefined })).toContain("max_per_day");
    expect(await refusal({ decision: "reject" })).toContain("only for approve");
    const pattern = (text: string) => ({ payload_schema: { properties: { path: { pattern: text } } } });
    for (const text of ["(a+)+$", ".*a", "^.*.*$", "[a-z]", "a{3}"]) {
      expect(await refusal(pattern(text))).toContain("plain text");
    }
    expect(await refusal({ payload_schema: { $ref: "#" } })).toContain("not a keyword");
    expect(await refusal({ payload_schema: { anyOf: [] } })).toContain("not a keyword");
    const deep = times(9, (n) => n).reduce<object>((inner) => ({ items: inner }), {});
    expect(await refusal({ payload_schema: deep })).toContain("deeper");
    await aRule(team, pattern("^/a\\.b.*c$"));
    for (const by of [team.agent, await aPerson(app(), team.workspace.id, "member")]) {
      expect((await problemOf(app().call(getRules, by, {}))).code).toBe("forbidden");
      expect((await problemOf(app().call(startBypass, by, { reason: "Please" }))).code).toBe("forbidden");
    }
  });

  test("is suggested after five equal approvals, and has no effect before a person makes it", async () => {
    const team = await aTeam();
    for (const n of times(5, (n) => n)) {
      expect((await app().call(getRules, team.owner, {})).suggestions).toEqual([]);
      await approve(team.owner, await propose(team, { payload: { ...PAYLOAD, body: { item: `chair ${n}` } } }));
    }
    const { suggestions } = await app().call(getRules, team.owner, {});
    expect(suggestions).toMatchObject([
      {
        ...OF_TYPE,
        agent_id: team.agent.id,
        connection_id: team.connection_id,
        decision: "approve",
        approvals: 5,
        payload_schema: {
          properties: { method: { const: "POST" }, path: { const: "/orders" }, body: {} },
          required: ["body", "method", "path"],
          additionalProperties: false,
        },
      },
    ]);
    expect((await propose(team)).status).toBe("pending");
    const { approvals: _, last_action_id: __, ...draft } = suggestions[0] ?? {};
    await aRule(team, draft);
    expect((await propose(team)).status).toBe("approved");
    expect((await app().call(getRules, team.owner, {})).suggestions).toEqual([]);
  });
});

test("a changed tool ends the rules for it, and no others", async () => {
  const team = await aTeam();
  const tool = { service_type: "mcp", action_type: "search", decision: "reject", max_per_day: undefined };
  const [one, other] = [await aRule(team, tool), await aRule(team, { ...tool, action_type: "write" })];
  const changed = { connection_id: team.connection_id, action_types: ["search", "send_request"] };
  const http = await aRule(team);
  const facts = await app().db.transaction(team.workspace.id, (tx) => endRulesOfTools(tx, changed));
  expect(facts).toMatchObject([{ type: "rule.deleted", subject: { id: one.id }, data: { cause: "type_changed" } }]);
  const { items } = await app().call(getRules, team.owner, {});
  expect(items.map(({ id }) => id).sort()).toEqual([other.id, http.id].sort());
});

test("a bypass approves until its end, counts each use, and a rule that rejects still rejects", async () => {
  const team = await aTeam();
  const bypass = await app().call(startBypass, team.owner, { minutes: 10, reason: "The release night" });
  expect(bypass).toMatchObject({ active: true, agent_id: null });
  const input = { ...OF_TYPE, payload: PAYLOAD };
  const proposed = await Promise.all(times(4, () => app().call(proposeAction, team.agent, input)));
  expect(proposed.every(({ status, bypass_id }) => status === "approved" && bypass_id === bypass.id)).toBe(true);
  await aRule(team, { decision: "reject", max_per_day: undefined });
  expect((await propose(team)).status).toBe("rejected");
  expect((await app().call(getBypasses, team.owner, {})).items).toMatchObject([{ id: bypass.id, uses: 4 }]);
  const ends = await outcomesOf(times(3, () => app().call(endBypass, team.owner, { id: bypass.id })));
  expect([ends.done.length, ends.refused]).toEqual([1, { conflict: 2 }]);
  const short = await app().call(startBypass, team.owner, { agent_id: team.agent.id, minutes: 1, reason: "A minute" });
  await later(app(), 61, async () => {
    expect((await app().call(getBypasses, team.owner, {})).items).toEqual([]);
    await dispatchOn(app())(expireActions, team.workspace.id);
    await dispatchOn(app())(expireActions, team.workspace.id);
  });
  expect((await problemOf(app().call(endBypass, team.owner, { id: short.id }))).code).toBe("conflict");
  const over = await app().admin.query("select ended_by from action_bypasses where id = $1", [short.id]);
  expect(over.rows).toEqual([{ ended_by: null }]);
});
