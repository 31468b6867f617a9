/** Looks at loops that changed outside of telemetry: calls that holders reported, and attempts that ended without a result. */
import { appliesTo } from "../caps/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { type Breach, fireAll, isAct } from "./fire.ts";
import { holdAgents } from "./intervene.ts";
import { firesOn, markFired } from "./loop-rules.ts";
import { breachesOn, breakersOf, storeDefaults } from "./loops.ts";
import type { PolicyRow } from "./schema.ts";
import { stillFiring } from "./spending.ts";
import { listDue, lockDueLoops, lockDueRestarts, type Restarts, saveLoops, saveRestarts } from "./store/loops.ts";
import { allPolicies } from "./store/policies.ts";

export interface Checked {
  facts: Fact[];
  /** More loops may be due. */
  hasMore: boolean;
}

/** Checks at most `most` loops and as many tasks. Two callers at once share them. */
export async function checkLoops(tx: Tx, now: Date, most: number): Promise<Checked> {
  const due = await listDue(tx, most);
  if (due.length === 0) return { facts: [], hasMore: false };
  const breakers = breakersOf(await allPolicies(tx), now);
  const ids = due.map(({ id }) => id);
  const agentIds = due.map(({ agent_id }) => agent_id);
  // Agents are locked before all other rows.
  const held = breakers.some(isAct) ? await holdAgents(tx, agentIds) : new Map();
  const loops = await lockDueLoops(tx, ids, agentIds);
  const ofLoops = loops.map((loop) => ({
    loop,
    breaches: breachesOn(loop, { isCost: false, about: { task_id: loop.subject_id }, breakers, now }),
  }));
  const ofTasks = (await lockDueRestarts(tx, ids, agentIds)).map((row) => ({
    row,
    breaches: breakers.flatMap((policy) => restartsOver(policy, row, now)),
  }));
  await saveLoops(
    tx,
    ofLoops.map(({ loop, breaches }) => ({ ...loop, fired: firedBy(loop.fired, breaches, now) })),
    { is_due: false },
  );
  await saveRestarts(
    tx,
    ofTasks.map(({ row, breaches }) => ({ ...row, fired: firedBy(row.fired, breaches, now) })),
  );
  const named = await storeDefaults(
    tx,
    [...ofLoops, ...ofTasks].flatMap(({ breaches }) => breaches),
  );
  const firing = await stillFiring(tx, now, named.breaches);
  const facts = [...named.facts, ...(await fireAll({ tx, now, held }, firing))];
  return { facts, hasMore: loops.length + ofTasks.length >= most };
}

function restartsOver(policy: PolicyRow, { task_id, agent_id, restarts, fired }: Restarts, now: Date): Breach[] {
  if (policy.policy_type !== "restarts_without_result" || !appliesTo(policy, agent_id)) return [];
  if (!firesOn(policy, fired, restarts, now)) return [];
  return [{ policy, value: restarts, agent_id, numbers: { restarts }, about: { task_id } }];
}

const firedBy = (fired: Restarts["fired"], breaches: readonly Breach[], now: Date) =>
  markFired(
    fired,
    breaches.map(({ policy }) => policy),
    now,
  );
