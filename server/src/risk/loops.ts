/** Follows loops: counts what arrives, and finds the loop breakers that fire. */
import { uuidv7 } from "uuidv7";
import { appliesTo } from "../caps/index.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { type ArrivedUsage, toolCallOf } from "../observability/index.ts";
import { type RunningAttempt, runningAttempts } from "../tasks/index.ts";
import { policyCreated } from "./facts.ts";
import type { Breach } from "./fire.ts";
import { addCost, countCall, firesOn, isBreaker, markFired, mostRepeated, standingDefaults } from "./loop-rules.ts";
import type { Loop } from "./loop-schema.ts";
import { usdOf } from "./rules.ts";
import { BREAKER_TYPES, POLICY_DEFAULTS, type PolicyRow } from "./schema.ts";
import { lockLoops, readLoops, saveLoops } from "./store/loops.ts";
import { getOfType, insertDefault } from "./store/policies.ts";

/** Returns the enabled loop breakers of a workspace, and the defaults that stand. `policies` are all of the workspace. */
export function breakersOf(policies: readonly PolicyRow[], now: Date): PolicyRow[] {
  const own = policies.filter(({ policy_type, is_enabled }) => is_enabled && isBreaker(policy_type));
  const at = now.toISOString();
  const state = { revision: 1, fired_at: null, created_at: at, updated_at: at };
  return [
    ...own,
    ...standingDefaults(policies).map((one): PolicyRow => ({ ...POLICY_DEFAULTS, ...one, ...state, id: NO_ID })),
  ];
}

/** The id of a default that is not stored yet. */
const NO_ID = "";

/** The events of one agent on one task or run. */
interface Arrived {
  subject_id: string;
  agent_id: string;
  task_id: string | null;
  usage: ArrivedUsage[];
}

/** Groups the events that belong to a loop: calls of tools, and costs of tasks. */
export function loopsIn(usage: readonly ArrivedUsage[]): Arrived[] {
  const loops = new Map<string, Arrived>();
  for (const one of usage) {
    const { task_id, run_id, agent_id, call } = one;
    const subject_id = task_id ?? run_id;
    const isCost = task_id !== null && ((one.cost_nanos ?? 0n) > 0n || (one.list_cost_nanos ?? 0n) > 0n);
    if (subject_id === null || (call === null && !isCost)) continue;
    const key = `${subject_id} ${agent_id}`;
    const loop = loops.get(key) ?? { subject_id, agent_id, task_id, usage: [] };
    loop.usage.push(one);
    loops.set(key, loop);
  }
  return [...loops.values()];
}

interface Following {
  tx: Tx;
  now: Date;
  breakers: readonly PolicyRow[];
}

/** Returns the breaches that these events would cause. Reads without a lock. */
export async function expectLoops({ tx, now, breakers }: Following, arrived: readonly Arrived[]): Promise<Breach[]> {
  const before = byKey(await readLoops(tx, arrived));
  const attempts = await attemptsOf(tx, arrived);
  return arrived.flatMap((one) => advance(before.get(keyOf(one)), one, { attempts, breakers, now }).breaches);
}

/** Locks the loops of these events, counts them and returns the breaches. Each is marked as fired. */
export async function followLoops({ tx, now, breakers }: Following, arrived: readonly Arrived[]): Promise<Breach[]> {
  if (arrived.length === 0) return [];
  const before = byKey(await lockLoops(tx, arrived));
  const attempts = await attemptsOf(tx, arrived);
  const after = arrived.map((one) => advance(before.get(keyOf(one)), one, { attempts, breakers, now }));
  await saveLoops(
    tx,
    after.map(({ loop, breaches }) => ({ ...loop, fired: markFired(loop.fired, breaches.map(policyOf), now) })),
  );
  return after.flatMap(({ breaches }) => breaches);
}

const keyOf = ({ subject_id, agent_id }: Pick<Loop, "subject_id" | "agent_id">) => `${subject_id} ${agent_id}`;
const byKey = (loops: readonly Loop[]) => new Map(loops.map((loop) => [keyOf(loop), loop]));
const policyOf = ({ policy }: Breach) => policy;

async function attemptsOf(tx: ReadTx, arrived: readonly Arrived[]): Promise<ReadonlyMap<string, RunningAttempt>> {
  const costly = arrived.filter(({ usage }) =>
    usage.some(({ list_cost_nanos, cost_nanos }) => list_cost_nanos ?? cost_nanos),
  );
  const rows = await runningAttempts(tx, [...new Set(costly.flatMap(({ task_id }) => task_id ?? []))]);
  return new Map(rows.map((row) => [`${row.task_id} ${row.agent_id}`, row]));
}

interface Known {
  attempts: ReadonlyMap<string, RunningAttempt>;
  breakers: readonly PolicyRow[];
  now: Date;
}

function advance(before: Loop | undefined, arrived: Arrived, { attempts, breakers, now }: Known) {
  const { subject_id, agent_id, task_id, usage } = arrived;
  let loop: Loop = before ?? { ...NEW, subject_id, agent_id };
  const keys = new Set<string>();
  for (const { call } of usage) {
    if (call === null) continue;
    loop = { ...loop, calls: countCall(loop.calls, call, now) };
    keys.add(call.key);
  }
  const attempt = attempts.get(keyOf(loop));
  const billed = usage.reduce((sum, { cost_nanos }) => sum + (cost_nanos ?? 0n), 0n);
  const list = usage.reduce((sum, { list_cost_nanos }) => sum + (list_cost_nanos ?? 0n), 0n);
  // A cost of an attempt that ended belongs to no loop.
  const isCost = attempt !== undefined && (billed > 0n || list > 0n);
  if (isCost) loop = addCost(loop, attempt, { billed, list });
  const about = task_id === null ? { run_id: subject_id } : { task_id };
  const called = loop.calls.filter(({ key }) => keys.has(key));
  return { loop, breaches: breachesOn({ ...loop, calls: called }, { isCost, about, breakers, now }) };
}

const NEW = { fence: null, progressed_at: null, spent_nanos: "0", spent_list_nanos: "0", calls: [], fired: {} };

interface Seen extends Pick<Known, "breakers" | "now"> {
  isCost: boolean;
  about: Record<string, string>;
}

/** Returns the loop breakers that fire on a loop with these calls. */
export function breachesOn(loop: Loop, { isCost, about, breakers, now }: Seen): Breach[] {
  const { agent_id } = loop;
  return breakers.flatMap((policy): Breach[] => {
    if (!appliesTo(policy, agent_id)) return [];
    if (policy.policy_type === "repeated_tool_calls") {
      const most = mostRepeated(loop.calls, policy, now);
      if (!most || !firesOn(policy, loop.fired, most.value, now)) return [];
      const numbers = { calls: most.value, window_minutes: policy.window_minutes };
      return [{ policy, value: most.value, agent_id, numbers, about: { ...about, tool: most.tool } }];
    }
    if (policy.policy_type !== "cost_without_progress" || !isCost) return [];
    const value = usdOf(policy.measure === "list" ? loop.spent_list_nanos : loop.spent_nanos);
    return firesOn(policy, loop.fired, value, now)
      ? [{ policy, value, agent_id, numbers: { spent_usd: value }, about }]
      : [];
  });
}

/** Counts a call that the holder reported to its task. The job looks at it within a second. */
export async function noteToolCall(
  tx: Tx,
  { task_id, agent_id }: { task_id: string; agent_id: string },
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  const call = toolCallOf("tool_call", payload);
  if (!call) return;
  const [loop] = await lockLoops(tx, [{ subject_id: task_id, agent_id }]);
  if (loop) await saveLoops(tx, [{ ...loop, calls: countCall(loop.calls, call, tx.now) }], { is_due: true });
}

/** Stores the defaults that fire, so that their events name a policy. */
export async function storeDefaults(
  tx: Tx,
  breaches: readonly Breach[],
): Promise<{ breaches: Breach[]; facts: Fact[] }> {
  const facts: Fact[] = [];
  const stored = new Map<string, PolicyRow>();
  // In one order, since an insert waits for another transaction that stores the same default.
  for (const type of BREAKER_TYPES) {
    const first = breaches.find(({ policy }) => policy.id === NO_ID && policy.policy_type === type);
    if (!first) continue;
    const policy = { ...first.policy, id: uuidv7() };
    const isNew = await insertDefault(tx, policy);
    stored.set(type, isNew ? policy : await getOfType(tx, type, policy.mode));
    if (isNew) facts.push(policyMade(policy));
  }
  const named = breaches.map((breach) => {
    const policy = breach.policy.id === NO_ID ? stored.get(breach.policy.policy_type) : undefined;
    return policy ? { ...breach, policy } : breach;
  });
  return { breaches: named, facts };
}

function policyMade({ id, policy_type, threshold_value, action_type, mode, agent_id }: PolicyRow): Fact {
  return policyCreated(id, { policy_type, threshold_value, action_type, mode, agent_id, is_default: true });
}
