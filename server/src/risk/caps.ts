/** Keeps the cap of each policy for a daily spend. The commands that call this run alone in their workspace. */
import {
  type Cap,
  dayOf,
  deleteCap,
  insertCap,
  limitOf,
  listCaps,
  lockCaps,
  replaceCap,
  sumAmountsUsed,
  sumReserved,
  today,
  UNUSED,
} from "../caps/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import { spentToday } from "../observability/index.ts";
import { type CapSettings, capSettings, usdOf } from "./rules.ts";
import type { PolicyRow } from "./schema.ts";

/** The effects of a change of a policy on its counters. */
export interface CapChange {
  /** The policy may fire again on this day. */
  isNewGeneration: boolean;
  /** The used amount begins at zero, because the policy was promoted from shadow mode. */
  isPromoted: boolean;
}

/** Creates, changes or deletes the cap of a policy. */
export async function keepCap(tx: Tx, policy: PolicyRow, now: Date, change: CapChange): Promise<void> {
  const settings = capSettings(policy);
  const before = (await lockCaps(tx)).find(({ id }) => id === policy.id);
  if (!settings) return before && deleteCap(tx, policy.id);
  if (!before) return insertCap(tx, { ...(await newCap(tx, policy, now)), ...settings });
  const counted = today(before, now);
  const isOtherMeasure = settings.is_list !== before.is_list;
  const amounts = isOtherMeasure ? await amountsOf(tx, policy, now) : {};
  await replaceCap(tx, {
    ...counted,
    ...settings,
    ...amounts,
    ...(change.isNewGeneration && { is_crossed: false, warned_percent: 0, warned_at: null }),
    ...(change.isPromoted && { used_nanos: "0", late_nanos: "0", unpriced_events: 0n }),
  });
}

/** Returns the top-up of the cap that has not ended, in USD. */
export async function topUpOf(tx: Tx, id: string, now: Date): Promise<number> {
  const cap = (await listCaps(tx)).find((one) => one.id === id);
  return cap ? usdOf(limitOf(cap, now) - BigInt(cap.cap_nanos)) : 0;
}

type Amounts = Pick<Cap, "used_nanos" | "late_nanos" | "reserved_nanos" | "unpriced_events">;

/** Nothing is stored while the command runs, so that the amounts are those of all committed events and starts. */
async function amountsOf(tx: Tx, { agent_id, measure }: PolicyRow, now: Date): Promise<Amounts> {
  const { billed, list, unpriced } = await spentToday(tx, agent_id, now);
  const outside = await sumAmountsUsed(tx, agent_id, dayOf(now));
  return {
    used_nanos: String(BigInt(measure === "list" ? list : billed) + outside),
    late_nanos: "0",
    unpriced_events: unpriced,
    reserved_nanos: await sumReserved(tx, agent_id, measure === "list"),
  };
}

async function newCap(tx: Tx, policy: PolicyRow, now: Date): Promise<Omit<Cap, keyof CapSettings>> {
  return {
    top_up_nanos: "0",
    top_up_until: null,
    day: dayOf(now),
    ...UNUSED,
    ...(await amountsOf(tx, policy, now)),
  };
}
