/** Follows what events spend: settles caps, measures rates, and fires the policies that were crossed. */
import { appliesTo, expectReached, recheckCaps, settleSpent } from "../caps/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { type ArrivedUsage, sumsSince, type Usage, type WindowSums } from "../observability/index.ts";
import { runningAttempts } from "../tasks/index.ts";
import { crosserOf } from "./crosser.ts";
import { acts, type Breach, breachesOf, fireAll, isAct, warningsOf } from "./fire.ts";
import { type HeldAgents, holdAgents } from "./intervene.ts";
import { breakersOf, expectLoops, followLoops, loopsIn, storeDefaults } from "./loops.ts";
import { firesAt, isRate, rateNumbers, rateOf } from "./rules.ts";
import type { PolicyRow } from "./schema.ts";
import { allPolicies, enabledPolicies, lockPolicies } from "./store/policies.ts";

export type Settle = (stored: readonly ArrivedUsage[]) => Promise<Fact[]>;

const NOTHING: Settle = async () => [];
const NOBODY: HeldAgents = new Map();

/**
 * Begins before events are stored: the agents that a policy may act on are locked before anything else. The returned
 * function comes last, when the events are stored, because it locks the caps.
 */
export async function beginSpending(tx: Tx, now: Date, usage: readonly ArrivedUsage[]): Promise<Settle> {
  if (usage.length === 0) return NOTHING;
  const all = await allPolicies(tx);
  const loops = loopsIn(usage);
  if (all.length === 0 && loops.length === 0) return NOTHING;
  const policies = all.filter(({ is_enabled }) => is_enabled);
  const breakers = breakersOf(all, now);
  const following = { tx, now, breakers };
  const expected = [
    ...breachesOf(await expectReached(tx, usage, now), policies),
    ...(await ratesAbove({ tx, now, policies }, usage, true)),
    // Only an act needs locks before the events are stored.
    ...(loops.length > 0 && breakers.some(isAct) ? await expectLoops(following, loops) : []),
  ];
  const held = expected.some(acts)
    ? await holdAgents(
        tx,
        usage.map(({ agent_id }) => agent_id),
      )
    : NOBODY;
  return async (stored) => {
    const looping = await followLoops(following, loopsIn(stored));
    const reached = await settleSpent(tx, stored, now, runningAttempts);
    const above = await ratesAbove({ tx, now, policies }, stored, false);
    const named = await storeDefaults(tx, looping);
    const firing = await stillFiring(tx, now, [...above, ...named.breaches]);
    const breaches = [...breachesOf(reached, policies), ...firing];
    return [...warningsOf(reached, now), ...named.facts, ...(await fireAll({ tx, now, held }, breaches))];
  };
}

interface Measuring {
  tx: Tx;
  now: Date;
  policies: readonly PolicyRow[];
}

/** Returns the rates that fire. `isBefore`: the events are not stored yet, so they are added to the sums. */
async function ratesAbove(
  { tx, now, policies }: Measuring,
  usage: readonly Usage[],
  isBefore: boolean,
): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (const policy of policies) {
    if (!isRate(policy)) continue;
    const crosser = crosserOf(policy, usage);
    if (crosser === undefined) continue;
    const stored = await sumsSince(tx, policy.agent_id, policy.window_minutes);
    const own = usage.filter(({ agent_id }) => appliesTo(policy, agent_id));
    const sums = isBefore ? plus(stored, own) : stored;
    const value = rateOf(policy, sums);
    if (value !== null && firesAt(policy, value, now))
      breaches.push({ policy, value, agent_id: crosser, numbers: rateNumbers(policy, sums) });
  }
  return breaches;
}

/** Locks the policies in one order, and leaves out the rates that another batch fired since they were read. */
export async function stillFiring(tx: Tx, now: Date, above: readonly Breach[]): Promise<Breach[]> {
  if (above.length === 0) return [];
  const rows = await lockPolicies(
    tx,
    above.map(({ policy }) => policy.id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return above.flatMap((breach) => {
    const policy = byId.get(breach.policy.id);
    return policy && (!isRate(policy) || firesAt(policy, breach.value, now)) ? [{ ...breach, policy }] : [];
  });
}

const total = (usage: readonly Usage[], field: "runs" | "runs_failed" | "tokens") =>
  usage.reduce((sum, one) => sum + BigInt(one[field]), 0n);

function plus(sums: WindowSums, usage: readonly Usage[]): WindowSums {
  return {
    // The most that any part of the batch can make of it: events may be repeats, or older than the window.
    runs: sums.runs + total(usage, "runs_failed"),
    runs_failed: sums.runs_failed + total(usage, "runs_failed"),
    tokens: sums.tokens + total(usage, "tokens"),
  };
}

/** Fires policies that are above their thresholds without a new event: after a change, or when a cooldown is over. */
export async function enforceNow(tx: Tx, now: Date): Promise<Fact[]> {
  return (await enforceFrom(tx, now, null, () => true)).facts;
}

export interface Enforced {
  facts: Fact[];
  /** The policy that was measured last when the time was over; null when all were. */
  last: string | null;
}

/** Caps are checked first. The rates after one policy come first, and at least one of them is measured. */
export async function enforceFrom(tx: Tx, now: Date, after: string | null, hasTime: () => boolean): Promise<Enforced> {
  const policies = await enabledPolicies(tx);
  const breaches: Breach[] = [];
  // A rate of the workspace acts on the agent of the next event. Without an agent, it would do nothing and use up its cooldown.
  const rates = policies.filter((policy) => isRate(policy) && !(policy.agent_id === null && isAct(policy)));
  const isLater = ({ id }: PolicyRow) => after === null || id > after;
  const ordered = [...rates.filter(isLater), ...rates.filter((one) => !isLater(one))];
  let last: string | null = null;
  for (const policy of ordered) {
    if (last !== null && !hasTime()) break;
    const sums = await sumsSince(tx, policy.agent_id, policy.window_minutes);
    const value = rateOf(policy, sums);
    if (value !== null && firesAt(policy, value, now))
      breaches.push({ policy, value, agent_id: policy.agent_id, numbers: rateNumbers(policy, sums) });
    last = policy.id;
  }
  const isDone = last === null || last === ordered.at(-1)?.id;
  const agents = policies.flatMap(({ agent_id }) => agent_id ?? []);
  const held = policies.length > 0 ? await holdAgents(tx, agents) : NOBODY;
  const exceeded = await recheckCaps(tx, now);
  const facts = await fireAll({ tx, now, held }, [...breachesOf(exceeded, policies), ...breaches]);
  return { facts: [...warningsOf(exceeded, now), ...facts], last: isDone ? null : last };
}
