/** Converts policies and caps to their shapes on the wire. */
import { type Cap, leftOf, limitOf, resetsAt, today } from "../caps/index.ts";
import { columnsOf, only } from "../kernel/db/columns.ts";
import type { WindowSums } from "../observability/index.ts";
import { rateOf, usdOf } from "./rules.ts";
import { type Headroom, Policy, PolicyFields, type PolicyRow } from "./schema.ts";

const SHOWN = columnsOf(Policy);

export const policyToWire = (row: PolicyRow): Policy => only(row, SHOWN);

/** The columns that a change of a policy names. */
export const SETTINGS = columnsOf(PolicyFields);
export const settingsOf = (row: PolicyRow) => only(row, SETTINGS);

export function capToHeadroom(policy: PolicyRow, before: Cap, now: Date): Headroom {
  const cap = today(before, now);
  const limit = limitOf(cap, now);
  const used = usdOf(cap.used_nanos);
  return {
    ...scopeOf(policy),
    cap: usdOf(cap.cap_nanos),
    top_up: usdOf(limit - BigInt(cap.cap_nanos)),
    used,
    late: usdOf(cap.late_nanos),
    reserved: usdOf(cap.reserved_nanos),
    left: usdOf(leftOf(cap, now)),
    unpriced_events: Number(cap.unpriced_events),
    warned_at: cap.warned_at,
    resets_at: resetsAt(now).toISOString(),
    state: stateOf(leftOf(cap, now) < 0n, cap.warned_percent > 0),
    refuses_starts: cap.is_binding,
  };
}

export function rateToHeadroom(policy: PolicyRow, sums: WindowSums): Headroom {
  const used = rateOf(policy, sums) ?? 0;
  const { threshold_value: cap } = policy;
  return {
    ...scopeOf(policy),
    cap,
    top_up: 0,
    used,
    late: 0,
    reserved: 0,
    left: cap - used,
    unpriced_events: 0,
    warned_at: null,
    resets_at: null,
    state: stateOf(used > cap, false),
    refuses_starts: false,
  };
}

const scopeOf = ({ id, agent_id, policy_type, measure, mode }: PolicyRow) => ({
  policy_id: id,
  agent_id,
  policy_type,
  measure,
  mode,
});

const stateOf = (isExceeded: boolean, isWarned: boolean) =>
  isExceeded ? ("exceeded" as const) : isWarned ? ("warned" as const) : ("room" as const);
