/** Converts actions, rules and bypasses to their shapes on the wire. */
import { only } from "../kernel/db/columns.ts";
import { usdFromNanos } from "../kernel/money.ts";
import { dayOf, isBypassActive, usedOn } from "./rule-rules.ts";
import type { Bypass, BypassRow, Rule, RuleRow } from "./rule-schema.ts";
import { isOver } from "./rules.ts";
import { type Action, type ActionDetail, type ActionRow, COMMON_COLUMNS } from "./schema.ts";

/** An action whose time is over is expired, also before the job marks it. */
export function actionToWire(row: ActionRow, at: Date): Action {
  const { amount_nanos, status, due_at } = row;
  return {
    ...only(row, COMMON_COLUMNS),
    ...(isOver(row, at) && { status: "expired" }),
    amount_usd: amount_nanos === null ? null : usdFromNanos(amount_nanos),
    next_attempt_at: status === "approved" ? due_at : null,
  };
}

export function detailToWire(row: ActionRow, at: Date): ActionDetail {
  return { ...actionToWire(row, at), attempt_log: row.attempt_log };
}

export function ruleToWire({ used_on, used_today, ended_at: _, ended_by: __, ...rule }: RuleRow, at: Date): Rule {
  return { ...rule, used_today: usedOn({ used_on, used_today }, dayOf(at)) };
}

export function bypassToWire(bypass: BypassRow, at: Date): Bypass {
  return { ...bypass, active: isBypassActive(bypass, at) };
}
