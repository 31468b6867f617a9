/** Opens a request for an agent whose start a cap refused. */
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { firstCharacters } from "../kernel/first-characters.ts";
import { usdText } from "../kernel/money.ts";
import { getPolicy } from "../risk/index.ts";
import type { CapRefusal } from "../tasks/index.ts";
import { tierOf } from "../tiers/index.ts";
import { NO_EVIDENCE } from "./evidence-schema.ts";
import { newRequest } from "./open-request.ts";
import { isCooling, wantedCap } from "./rules.ts";
import { findAsked, insertRequest, readClock, tryLockOpening } from "./store/requests.ts";
import { findRequiredApprovals } from "./store/settings.ts";

const TITLE_LENGTH_MAX = 200;

/**
 * Many refusals make one request: none is made while one for the cap's threshold waits, or is young. The caller may hold the caps,
 * so this waits for no lock. What it reads, it reads under its own lock. The evidence follows after the commit.
 */
export async function askForRoom(
  tx: Tx,
  { policy_id, agent_id, title, needed_usd, estimate_usd }: CapRefusal,
  actor: Actor,
): Promise<Fact[]> {
  if (!(await tryLockOpening(tx, policy_id))) return [];
  const { newest, has_pending } = await findAsked(tx, policy_id, "threshold_value");
  const at = await readClock(tx);
  if (has_pending || isCooling(newest, at)) return [];
  const policy = await getPolicy(tx, policy_id);
  const value = wantedCap(needed_usd, policy, await tierOf(tx));
  if (value === undefined) return [];
  const name = firstCharacters(title, TITLE_LENGTH_MAX);
  const reason = `The start of "${name}" needs ${usdText(estimate_usd)} and does not fit under the cap.`;
  const wanted = {
    policy,
    agentId: agent_id,
    field: "threshold_value",
    value,
    reason,
    source: "blocked_start",
    requiredApprovals: await findRequiredApprovals(tx),
  } as const;
  const { request, fact } = newRequest({ actor, at }, { ...wanted, evidence: NO_EVIDENCE });
  return (await insertRequest(tx, request)) ? [fact] : [];
}
