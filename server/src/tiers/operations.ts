import Type from "typebox";
import { changed, command, type Operation, query, unchanged } from "../kernel/operation.ts";
import { Fields, Text, Time } from "../kernel/schema.ts";
import { tierChanged } from "./facts.ts";
import { usageCounters } from "./hooks.ts";
import { tierOf } from "./room.ts";
import { isOutdated } from "./rules.ts";
import { Tier, TierNameField } from "./schema.ts";
import { dayOf } from "./storage-rules.ts";
import { getStoredBytes } from "./storage-store.ts";
import { lockTierState, saveTierName } from "./store.ts";

/** The longest id of a billing event. */
const EVENT_ID_LENGTH_MAX = 255;

export const getTier = query({
  name: "tiers.get",
  summary: "Read the tier of the workspace, its limits, and how much of each limit is used.",
  route: "GET /obs/tier",
  permission: "obs:read",
  input: Fields({}),
  output: Tier,
  problems: [],
  async run({ tx }) {
    const { tier_name, limits } = await tierOf(tx);
    const usage = {
      agents: await usageCounters.agents(tx),
      api_keys: await usageCounters.api_keys(tx),
      alert_rules: await usageCounters.alert_rules(tx),
      attachment_bytes: await usageCounters.attachment_bytes(tx),
      stored_bytes_today: await getStoredBytes(tx, dayOf(tx.now).date),
    };
    return { workspace_id: tx.workspace, tier_name, limits, usage };
  },
});

/**
 * For the operator of the server and its billing system. Rows above the new limits stay; no more can be added. A call
 * with an `as_of` before that of the last change changes nothing.
 */
export const setTier = command({
  name: "tiers.set",
  summary: "Put a workspace on a tier.",
  route: "POST /obs/admin/tier",
  internal: true,
  permission: "tiers:write",
  input: Fields({
    tier_name: TierNameField,
    as_of: Type.Optional(Time),
    event_id: Type.Optional(Text(EVENT_ID_LENGTH_MAX)),
  }),
  output: Fields({ tier_name: TierNameField }),
  problems: ["not_found"],
  async run({ tx, actor, now }, { tier_name, as_of, event_id }) {
    const before = await lockTierState(tx);
    const { tier_name: from } = before;
    if (isOutdated(before, as_of)) return unchanged({ tier_name: from });
    await saveTierName(tx, tier_name, { now, asOf: asOf(as_of, now) });
    if (from === tier_name) return unchanged({ tier_name });
    const data = { from, to: tier_name, source: actor.id, ...(event_id && { event_id }) };
    return changed({ tier_name }, tierChanged(tx.workspace, data));
  },
});

/** A time in the future counts as now: the clock of the billing system may be ahead. */
function asOf(given: string | undefined, now: Date): Date {
  return given === undefined ? now : new Date(Math.min(Date.parse(given), now.getTime()));
}

export const TIER_OPERATIONS: readonly Operation[] = [getTier, setTier];
