/** Two at once, a crash in between, a late result: one execution, and never two of what does not repeat safely. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actionsOn, senderOf } from "../../test/harness/actions.ts";
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
import { dispatchOn, later } from "../../test/harness/team.ts";
import { SENDING_MS_MAX } from "../connections/index.ts";
import { createConnection } from "../connections/operations/create-connection.ts";
import { useStandIn } from "../connections/test-stand-in.ts";
import { readInbox } from "../messages/operations/read-inbox.ts";
import { approveAction } from "./operations/approve-action.ts";
import { expireActions } from "./operations/expire-actions.ts";
import { markAttempt } from "./operations/mark-attempt.ts";
import { resolveAction } from "./operations/resolve-action.ts";
import { retryAction } from "./operations/retry-action.ts";
import { takeActions } from "./operations/take-actions.ts";
import { BEGINS_WITHIN_MS, LEASE_MS, TRIES_MAX } from "./rules.ts";
import { PENDING_OF_AGENT_MAX } from "./schema.ts";

/** `ACTION_ROUNDS=50` looks for what is rare. */
const ROUNDS = Number(process.env.ACTION_ROUNDS || 3);
const LEASE_SECONDS = LEASE_MS / 1_000 + 1;
const settings = { privateHosts: ["127.0.0.1"] };
const app = useApp({ env: testEnvironment({ settings }) });
const service = useStandIn();
const { aTeam, propose, approve, reject, read, endsOf, execute } = actionsOn(app, () => service.url);

let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app(), { env: testEnvironment({ settings }) });
});
afterAll(() => second.close());

type Team = Awaited<ReturnType<typeof aTeam>>;
const keysSent = () => service.received.map(({ headers }) => headers["idempotency-key"]);
/** Both processes execute at once. */
const executeTwice = (team: Team) => Promise.all([execute(team), execute(team, senderOf(second))]);
/** A process that takes the action and ends before its request. */
const takeOnly = (team: Team) => dispatchOn(app())(takeActions, team.workspace.id, { most: 10 });
/** A process that sends and ends before it stores the result. */
const sendOnly = (team: Team) =>
  execute(
    team,
    senderOf(app(), {
      dispatch: (operation, ...rest) =>
        operation === markAttempt ? Promise.resolve({}) : dispatchOn(app())(operation, ...rest),
    }),
  );
const anApproved = async (team: Team) => {
  const action = await propose(team);
  await approve(team.owner, action);
  return action;
};

test("of sixteen approvals at once over two processes one decides, and one request is sent", async () => {
  for (const round of times(ROUNDS, (n) => n)) {
    const team = await aTeam(round % 2 === 1);
    const action = await propose(team);
    const admins = await Promise.all(times(3, () => aPerson(app(), team.workspace.id, "admin")));
    const deciders = [team.owner, ...admins];
    const processes = [app(), second];
    const calls = times(16, (n) =>
      processes[n % 2]?.call(approveAction, deciders[n % 4] ?? team.owner, { id: action.id }),
    );
    const { done, refused } = await outcomesOf(calls.map((call) => call ?? Promise.reject()));
    expect(done).toHaveLength(1);
    expect(refused).toEqual({ already_decided: 15 });
    await Promise.all(times(4, () => executeTwice(team)));
    expect(keysSent()).toEqual([action.id]);
    expect(await endsOf(team, action)).toEqual(["proposed", "approved", "executed"]);
    service.received.length = 0;
  }
});

test("an approval against a rejection against the end of the time: one decides", async () => {
  for (const _ of times(ROUNDS, (n) => n)) {
    const team = await aTeam();
    const action = await propose(team);
    await app().admin.query("update agent_actions set expires_at = clock_timestamp() + interval '5 ms' where id = $1", [
      action.id,
    ]);
    const both = await outcomesOf<unknown>([
      approve(team.owner, action),
      reject(team.owner, action),
      dispatchOn(second)(expireActions, team.workspace.id),
    ]);
    await executeTwice(team);
    const { status } = await read(team, action);
    const ends = await endsOf(team, action);
    expect(ends.slice(1)).toEqual(status === "executed" ? ["approved", "executed"] : [status]);
    expect(both.done.length).toBeGreaterThan(0);
    expect(keysSent()).toHaveLength(status === "executed" ? 1 : 0);
    service.received.length = 0;
  }
});

describe("a process that ends", () => {
  test("has a lease that outlives every attempt", () => {
    expect(LEASE_MS).toBeGreaterThan(SENDING_MS_MAX + BEGINS_WITHIN_MS);
  });

  test("before, during or after a request that does not repeat safely leaves a doubt, and nothing is sent again", async () => {
    for (const crash of [takeOnly, sendOnly]) {
      const team = await aTeam();
      const action = await anApproved(team);
      await crash(team);
      const sent = keysSent().length;
      await executeTwice(team);
      expect((await read(team, action)).status).toBe("executing");
      await later(second, LEASE_SECONDS, () => execute(team, senderOf(second)));
      // The look-ups of a service without one leave the decision to a person.
      for (const wait of [3, 40, 400]) await later(second, LEASE_SECONDS + wait, () => execute(team, senderOf(second)));
      expect(keysSent()).toHaveLength(sent);
      expect(await read(team, action)).toMatchObject({
        status: "in_doubt",
        attempt_log: [{ attempt: 1, end: "lost" }],
      });
      expect(await endsOf(team, action)).toEqual(["proposed", "approved", "in_doubt"]);
      expect((await problemOf(app().call(retryAction, team.owner, { id: action.id }))).code).toBe("illegal_step");
      const outcome = crash === sendOnly ? "executed" : "failed";
      const reason = "I looked at the shop.";
      const { done, refused } = await outcomesOf(
        times(4, () => app().call(resolveAction, team.owner, { id: action.id, outcome, reason })),
      );
      expect([done.length, refused]).toEqual([1, { illegal_step: 3 }]);
      expect(await endsOf(team, action)).toEqual(["proposed", "approved", "in_doubt", outcome]);
      expect((await app().call(readInbox, team.agent, {})).items).toHaveLength(2);
      service.received.length = 0;
    }
  });

  test("during a request that repeats safely sends it again, with the same key", async () => {
    const team = await aTeam(true);
    const action = await anApproved(team);
    await sendOnly(team);
    await later(second, LEASE_SECONDS, async () => {
      await execute(team, senderOf(second));
      await execute(team, senderOf(second));
    });
    expect(keysSent()).toEqual([action.id, action.id]);
    expect(await read(team, action)).toMatchObject({
      status: "executed",
      attempts: 2,
      attempt_log: [{ end: "lost" }, { end: "executed" }],
    });
  });

  test("and comes back with a whole answer ends the doubt, and a later one changes nothing", async () => {
    const team = await aTeam();
    const action = await anApproved(team);
    await takeOnly(team);
    await later(second, LEASE_SECONDS, () => execute(team, senderOf(second)));
    const returned = { response_status: 200, external_id: null, external_url: null, start: "{}" };
    const mark = (attempt: number, end: "executed" | "failed") =>
      dispatchOn(app())(markAttempt, team.workspace.id, {
        id: action.id,
        attempt,
        ended: end === "executed" ? { end, result: {}, returned } : { end, error: "No", returned },
      });
    expect(await mark(2, "executed")).toEqual({ is_marked: false });
    expect(await mark(1, "executed")).toEqual({ is_marked: true });
    expect(await mark(1, "failed")).toEqual({ is_marked: false });
    expect(await read(team, action)).toMatchObject({ status: "executed", receipt: { response_status: 200 } });
  });
});

test("a look-up that finds nothing counts five minutes after the attempt, because the service may still work", async () => {
  const team = await aTeam();
  const fields = {
    service_type: "github",
    name: "Code",
    config: { base_url: service.url },
    secret: "a-token",
  } as const;
  await app().call(createConnection, team.owner, fields);
  service.answer = ({ method }) => (method === "POST" ? "break" : { status: 200, body: "[]" });
  const issue = {
    service_type: "github",
    action_type: "create_issue",
    payload: { repository: "a/b", title: "Broken" },
  };
  const action = await propose(team, issue);
  await approve(team.owner, action);
  await execute(team);
  const posts = () => service.received.filter(({ method }) => method === "POST");
  for (const seconds of [3, 40]) {
    await later(app(), seconds, () => execute(team));
    expect(await read(team, action)).toMatchObject({ status: "in_doubt", attempts: 1 });
  }
  expect(service.received).toHaveLength(3);
  await later(app(), 400, async () => {
    await execute(team);
    expect((await read(team, action)).status).toBe("approved");
    await execute(team);
  });
  expect(posts()).toHaveLength(2);
});

test("a server with much to send gives every workspace its turn", async () => {
  const begun: string[] = [];
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const taken = {
    kind: "send",
    id: "",
    attempt: 1,
    lookups: 0,
    connection_id: null,
    approved_target: null,
    action_type: "",
    payload: {},
    key: "",
  };
  const sender = senderOf(app(), {
    async dispatch(operation, workspace, input) {
      if (operation === markAttempt) return held.then(() => ({}));
      const { most } = input as { most: number };
      begun.push(...times(most, () => workspace));
      return { items: times(most, () => taken), has_more: true };
    },
  });
  const names = times(60, (n) => `w${String(n + 10)}`);
  await sender.begin(names);
  const countOf = (name: string) => begun.filter((one) => one === name).length;
  expect(begun).toHaveLength(100);
  expect([countOf("w10"), countOf("w16"), countOf("w17"), countOf("w30"), countOf("w60")]).toEqual([8, 8, 2, 2, 0]);
  finish();
  await sender.idle();
  const last = begun.at(-1) ?? "";
  await sender.begin(names);
  expect(begun[100]).toBe(names[names.indexOf(last) + 1]);
  await sender.idle();
});

test("an agent has a limit of its own of actions that wait", async () => {
  const team = await aTeam();
  const action = await propose(team);
  await app().admin.query(
    `insert into agent_actions (workspace_id, id, agent_id, action_type, service_type, holds_task, payload, payload_hash,
       status, expires_at, created_at)
     select workspace_id, gen_random_uuid(), agent_id, action_type, service_type, false, payload, payload_hash,
       status, expires_at, created_at from agent_actions, generate_series(2, $2) where id = $1`,
    [action.id, PENDING_OF_AGENT_MAX],
  );
  expect(await problemOf(propose(team))).toMatchObject({ code: "conflict", message: expect.stringContaining("200") });
  const other = { ...team, agent: await anAgent(app(), team.workspace) };
  expect((await propose(other)).status).toBe("pending");
});

describe("an answer", () => {
  test("that breaks off leaves a doubt; 503 is tried again up to five times; any other refusal fails", async () => {
    const team = await aTeam();
    service.answer = () => "break";
    const broken = await anApproved(team);
    await execute(team);
    expect((await read(team, broken)).status).toBe("in_doubt");
    service.answer = () => ({ status: 503 });
    const again = await anApproved(team);
    service.received.length = 0;
    for (const n of times(TRIES_MAX, (n) => n)) await later(app(), n * 1_000, () => execute(team));
    expect(keysSent()).toEqual(times(TRIES_MAX, () => again.id));
    expect(await read(team, again)).toMatchObject({ status: "failed", attempts: TRIES_MAX });
    service.answer = () => ({ status: 422, body: "No such item" });
    const refused = await anApproved(team);
    await execute(team);
    expect(await read(team, refused)).toMatchObject({ status: "failed", result: { answer_start: "No such item" } });
    service.answer = () => ({ status: 200 });
    const retries = await outcomesOf(times(3, () => app().call(retryAction, team.owner, { id: refused.id })));
    expect([retries.done.length, retries.refused]).toEqual([1, { illegal_step: 2 }]);
    await executeTwice(team);
    expect(keysSent().at(-1)).toBe(`${refused.id}-1`);
    expect(await endsOf(team, refused)).toEqual(["proposed", "approved", "failed", "retried", "executed"]);
  });
});
