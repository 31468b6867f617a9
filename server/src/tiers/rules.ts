/** Decides whether a tier allows more rows or a feature. Pure. */
import { Problem } from "../kernel/problem.ts";
import type { TierLimits, TierName } from "./schema.ts";

export interface Tier {
  tier_name: TierName;
  limits: TierLimits;
}

/** The limits on numbers of rows, with the words for the refusal. */
const COUNTED = {
  agent_limit: { one: "Agent", many: "Agents" },
  max_api_keys: { one: "API key", many: "API keys" },
  alert_rule_limit: { one: "Alert rule", many: "Alert rules" },
  attachment_bytes: { one: "Attachment byte", many: "Attachments" },
} as const;
export type CountedLimit = keyof typeof COUNTED;

/** The features of tiers, with the words for the refusal. */
const FEATURES = {
  anomaly_detection_enabled: "Anomaly detection is",
  slack_notifications_enabled: "Slack notifications are",
  multi_workspace_enabled: "More than one workspace is",
} as const;
export type Feature = keyof typeof FEATURES;

const NEXT_STEP = "Ask the operator of this server for a higher tier.";

/** Returns undefined when `more` fit in addition to `used`. */
export function roomProblem(tier: Tier, counted: CountedLimit, used: number, more: number): Problem | undefined {
  const limit = tier.limits[counted];
  if (used + more <= limit) return undefined;
  const { one, many } = COUNTED[counted];
  const text =
    limit === 0
      ? `${many} are not available on the ${tier.tier_name} tier.`
      : `${one} limit reached: ${used} of ${limit} on the ${tier.tier_name} tier.`;
  return tierProblem(text, { tier_name: tier.tier_name, limit, used });
}

export function featureProblem(tier: Tier, feature: Feature): Problem | undefined {
  if (tier.limits[feature]) return undefined;
  return tierProblem(`${FEATURES[feature]} not available on the ${tier.tier_name} tier.`, {
    tier_name: tier.tier_name,
  });
}

export function batchProblem(
  { tier_name, limits: { max_batch_size: limit } }: Tier,
  size: number,
): Problem | undefined {
  if (size <= limit) return undefined;
  const text = `Batch size ${size} exceeds tier limit: ${limit} on the ${tier_name} tier.`;
  return new Problem("tier_limit", text, {
    upgrade_required: true,
    tier_name,
    limit,
    next_step: "Send smaller batches.",
  });
}

/**
 * Returns true when a billing event is older than the present tier. A change by the operator has no time and always
 * counts.
 */
export function isOutdated({ tier_as_of }: { tier_as_of: string | null }, asOf: string | undefined): boolean {
  return asOf !== undefined && tier_as_of !== null && Date.parse(asOf) < Date.parse(tier_as_of);
}

export function tierProblem(text: string, details: Record<string, unknown>): Problem {
  return new Problem("tier_limit", text, { upgrade_required: true, next_step: NEXT_STEP, ...details });
}
