/** Two at once: one outcome, and one fact of it. */
import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { aClaim, aTask } from "../../test/harness/builders.ts";
import { DAY, governanceOn, MINUTE } from "../../test/harness/governance.ts";
import { aPerson, useApp } from "../../test/harness/harness.ts";
import { later, runJobs } from "../../test/harness/team.ts";
import { Problem } from "../kernel/problem.ts";
import { updatePolicy } from "../risk/operations/update-policy.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { startTask } from "../tasks/operations/start-task.ts";
import { askForRoom } from "./blocked-start.ts";
import { governanceJobs } from "./jobs.ts";
import { denyRequest } from "./operations/deny-request.ts";
import { expireGovernance } from "./operations/expire-governance.ts";
import { getRequest } from "./operations/get-request.ts";
import { listPending } from "./operations/list-pending.ts";
import { revokeGrant } from "./operations/revoke-grant.ts";
import { rollbackChange } from "./operations/rollback-change.ts";

const app = useApp();
const { aTeam, ask, approve, delegate, use, policyOf, auditOf, typesOf, aGrant } = governanceOn(app);

/** Runs all at once. Returns "done" or the code of the refusal of each, sorted. */
async function outcomes(...works: (() => Promise<unknown>)[]): Promise<string[]> {
  const settled = await Promise.allSettled(works.map((work) => work()));
  return settled
    .map((one) => {
      if (one.status === "fulfilled") return "done";
      if (one.reason instanceof Problem) return one.reason.code;
      throw one.reason;
    })
    .sort();
}
const count = (types: readonly string[], ...wanted: string[]) => types.filter((type) => wanted.includes(type)).length;
const ROUNDS = [1, 2, 3, 4, 5];

it("two approvals of one request: one applies", async () => {
  for (const _ of ROUNDS) {
    const team = await aTeam();
    const admin = await aPerson(app(), team.workspace.id, "admin");
    const request = await ask(team.agent, team.policy_id);
    const both = await outcomes(
      () => approve(admin, request),
      () => delegate(team.owner, request),
      () => approve(team.owner, request),
    );
    expect(both).toEqual(["already_decided", "already_decided", "done"]);
    const types = await typesOf(team);
    expect([count(types, "request_approved"), count(types, "change_applied", "grant_created")]).toEqual([1, 1]);
  }
});

it("an approval against a denial: one decides", async () => {
  for (const _ of ROUNDS) {
    const team = await aTeam();
    const request = await ask(team.agent, team.policy_id);
    const deny = () => app().call(denyRequest, team.owner, { id: request.id });
    expect(await outcomes(() => approve(team.owner, request), deny)).toEqual(["already_decided", "done"]);
    expect(count(await typesOf(team), "request_approved", "request_denied")).toBe(1);
    const { status } = await app().call(getRequest, team.owner, { id: request.id });
    expect((await policyOf(team)).threshold_value).toBe(status === "applied" ? 20 : 10);
  }
});

it("requests of two agents for one limit: one is opened", async () => {
  const team = await aTeam();
  const results = await outcomes(...ROUNDS.map(() => () => ask(team.agent, team.policy_id)));
  expect(results).toEqual(["cooldown", "cooldown", "cooldown", "cooldown", "done"]);
  expect(await typesOf(team)).toEqual(["request_submitted"]);
});

it("a use against a revocation: the use came first, or had no effect", async () => {
  for (const _ of ROUNDS) {
    const team = await aTeam();
    const grant = await aGrant(team);
    const revoke = () => app().call(revokeGrant, team.owner, { id: grant.id });
    const result = await outcomes(() => use(team.agent, grant.id, team.policy_id, 15), revoke);
    const types = await typesOf(team);
    const used = count(types, "grant_used");
    expect(result).toEqual(used === 1 ? ["done", "done"] : ["done", "revoked"]);
    expect([count(types, "grant_revoked"), count(types, "change_applied")]).toEqual([1, used]);
    expect((await policyOf(team)).threshold_value).toBe(used === 1 ? 15 : 10);
    if (used === 1) expect(types.indexOf("grant_used")).toBeLessThan(types.indexOf("grant_revoked"));
  }
});

it("an approval ten seconds before the end that is taken up after the end has no effect", async () => {
  const team = await aTeam();
  const request = await ask(team.agent, team.policy_id);
  const grant = await later(app(), DAY - 10, async () => {
    const { grant } = await delegate(team.owner, request, { duration_minutes: 1 });
    return grant?.id ?? "";
  });
  const uses = ROUNDS.map(() => () => use(team.agent, grant, team.policy_id, 15));
  const late = await later(app(), DAY - 10 + MINUTE + 5, () =>
    outcomes(...uses, () => app().call(expireGovernance, team.owner, {})),
  );
  expect(late).toEqual(["done", ...ROUNDS.map(() => "expired")]);
  const types = await typesOf(team);
  expect([count(types, "grant_expired"), count(types, "grant_used", "change_applied")]).toEqual([1, 0]);
  expect((await policyOf(team)).threshold_value).toBe(10);
});

it("a call that waited for the lock decides by the time after the wait", async () => {
  const team = await aTeam();
  const request = await ask(team.agent, team.policy_id);
  // The lock on the powers of the workspace, which every command takes.
  const blocker = await app().admin.connect();
  await blocker.query("begin");
  await blocker.query("select pg_advisory_xact_lock(hashtextextended($1, 9))", [team.workspace.id]);
  const waiting = outcomes(() => approve(team.owner, request));
  const waits = "select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted";
  await expect.poll(async () => (await app().admin.query(waits)).rows[0].n).toBeGreaterThan(0);
  // The request ends while the approval waits: after the begin of its transaction.
  await blocker.query(
    `update policy_requests set requested_at = clock_timestamp() - interval '1 day', expires_at = clock_timestamp()
     where id = $1`,
    [request.id],
  );
  await blocker.query("commit");
  blocker.release();
  expect(await waiting).toEqual(["expired"]);
  expect(await typesOf(team)).toEqual(["request_submitted", "request_expired"]);
});

it("two uses of the last unit, of the count and of the amount: one is taken", async () => {
  for (const limits of [{ max_uses: 1 }, { max_spend_delta: 6 }]) {
    const team = await aTeam();
    const grant = await aGrant(team, limits);
    const values = [15, 16, 14.5];
    const result = await outcomes(...values.map((value) => () => use(team.agent, grant.id, team.policy_id, value)));
    const types = await typesOf(team);
    const { items } = { items: await auditOf(team) };
    const debits = items.flatMap(({ event_type, details }) =>
      event_type === "grant_used" ? [Number(details.spend_delta)] : [],
    );
    if ("max_uses" in limits) expect(result).toEqual(["done", "used_up", "used_up"]);
    expect(debits.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(6);
    expect(count(types, "grant_used")).toBe(result.filter((one) => one === "done").length);
    expect(count(types, "change_applied")).toBe(count(types, "grant_used"));
  }
});

it("a rollback against a later edit: the edit is not lost, unless it came first and the rollback was confirmed", async () => {
  for (const _ of ROUNDS) {
    const team = await aTeam();
    await approve(team.owner, await ask(team.agent, team.policy_id));
    const audit_id = (await auditOf(team)).find(({ event_type }) => event_type === "change_applied")?.id ?? "";
    const roll = () => app().call(rollbackChange, team.owner, { audit_id });
    const edit = () => app().call(updatePolicy, team.owner, { id: team.policy_id, threshold_value: 44 });
    const result = await outcomes(roll, roll, edit);
    const rolled = count(await typesOf(team), "change_rolled_back");
    expect(result).toEqual(rolled === 1 ? ["done", "done", "stale"] : ["done", "stale", "stale"]);
    // The edit is last, or the rollback came before it.
    expect((await policyOf(team)).threshold_value).toBe(44);
  }
});

it("a storm of starts and claims that a cap refuses makes one request, which an approval answers", async () => {
  const team = await aTeam();
  const tasks = [];
  for (const cost of [14.005, 14, 13])
    tasks.push(await aTask(app(), team.owner, team.agent, { estimated_cost_usd: cost, title: "A large order" }));
  const start = (id: string) => () => app().call(startTask, team.agent, { id });
  const claim = () => app().call(claimTasks, team.agent, { limit: 1 });
  const storm = [...tasks.map(({ id }) => start(id)), claim, claim, claim];
  const result = await outcomes(...storm);
  expect(result.filter((one) => one === "blocked")).toHaveLength(3);
  await claim();
  expect(count(await typesOf(team), "request_submitted")).toBe(1);
  const [request] = (await app().call(listPending, team.owner, {})).items;
  expect(request).toMatchObject({ agent_id: team.agent.id, source: "blocked_start", evidence: { headroom: null } });
  expect(Number(request?.requested_changes.requested_value)).toBeGreaterThanOrEqual(13);
  // The server adds the evidence that the start had no time for.
  await runJobs(app(), governanceJobs().slice(1, 2));
  const seen = await app().call(getRequest, team.owner, { id: request?.id ?? "" });
  expect(seen).toMatchObject({
    evidence_state: "complete",
    evidence: { headroom: { cap: 10 }, touches: { agents: 1 } },
  });
  await app().call(denyRequest, team.owner, { id: seen.id });
  await aTask(app(), team.owner, team.agent, { estimated_cost_usd: 12, title: "A queued order" });
  await claim();
  expect(count(await typesOf(team), "request_submitted")).toBe(1);
  // A young request for another field of the limit is no reason to be silent.
  await later(app(), 15 * MINUTE, async () => {
    await ask(team.agent, team.policy_id, 60, "cooldown_minutes");
    await claim();
  });
  expect(count(await typesOf(team), "request_submitted")).toBe(3);
  const [again] = (await app().call(listPending, team.owner, {})).items;
  expect(again).toMatchObject({
    requested_changes: { requested_value: 15 },
    reason: 'The start of "A queued order" needs $12.00 and does not fit under the cap.',
  });
  await approve(team.owner, { id: again?.id ?? "" });
  expect((await aClaim(app(), team.agent)).title).toBe("A queued order");
});

it("no request is made for a cap that the tier bounds, or that is not the cause", async () => {
  const team = await aTeam("free");
  await app().call(updatePolicy, team.owner, { id: team.policy_id, threshold_value: 50 });
  await aTask(app(), team.owner, team.agent, { estimated_cost_usd: 80 });
  await app().call(claimTasks, team.agent, { limit: 1 });
  expect(await typesOf(team)).toEqual([]);
});

it("a claim that opens the request while another refused start begins to", async () => {
  const team = await aTeam();
  await aTask(app(), team.owner, team.agent, { estimated_cost_usd: 20 });
  const refusal = { policy_id: team.policy_id, agent_id: team.agent.id, title: "A", needed_usd: 20, estimate_usd: 20 };
  const facts = await app().db.transaction(team.workspace.id, (tx) => {
    const watched = new Proxy(tx, {
      get(target, name) {
        if (name !== "statement") return Reflect.get(target, name, target);
        return async (label: string, text: string, values: unknown[]) => {
          if (label === "governance.try-alone") await app().call(claimTasks, team.agent, { limit: 1 });
          return target.statement(label, text, values);
        };
      },
    });
    return askForRoom(watched, refusal, team.agent);
  });
  expect(facts).toEqual([]);
  expect(await typesOf(team)).toEqual(["request_submitted"]);
});

it("a use without a grant and a rollback without an entry do not stop the workspace", async () => {
  const team = await aTeam();
  const id = randomUUID();
  // A command of another caller runs and holds its share of the powers.
  const codes = await app().db.transaction(team.workspace.id, () =>
    outcomes(
      () => use(team.agent, id, team.policy_id, 15),
      () => app().call(rollbackChange, team.owner, { audit_id: id }),
    ),
  );
  expect(codes).toEqual(["not_found", "not_found"]);
});
