/** A limit as a sentence, and the place of its use. Pure. */
import type { Headroom, RiskPolicy } from "@bailiwick/sdk";
import { type LimitLevel, limitLevel } from "../../ui/limit.ts";
import { typeLabel, valueText } from "./limit-words.ts";

type Sentence = (value: string, window: string) => string;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  daily_spend_cap: (value) => `may spend ${value} a day`,
  error_rate_cap: (value, window) => `may fail ${value} of the runs of ${window}`,
  token_rate_cap: (value, window) => `may use ${value} over ${window}`,
};

/** `may spend $5.00 a day`, after the name of the agent. */
export function mayText({ policy_type, threshold_value, window_minutes }: RiskPolicy): string {
  const value = valueText(policy_type, threshold_value);
  const sentence = SENTENCES[policy_type];
  return sentence ? sentence(value, windowText(window_minutes)) : `${typeLabel(policy_type).toLowerCase()}: ${value}`;
}

/** `in the last hour`. */
export const lastText = ({ window_minutes }: RiskPolicy): string =>
  `in the last ${windowText(window_minutes).replace(/^an /, "")}`;

function windowText(minutes: number): string {
  if (minutes % 1_440 === 0) return minutes === 1_440 ? "24 hours" : `${minutes / 1_440} days`;
  if (minutes % 60 === 0) return minutes === 60 ? "an hour" : `${minutes / 60} hours`;
  return `${minutes} minutes`;
}

export function placeIn({ used, reserved, cap, top_up, unpriced_events }: Headroom) {
  return { used, reserved, cap: cap + top_up, hasUnpriced: unpriced_events > 0 };
}

const ORDER: Record<LimitLevel, number> = { full: 0, near: 1, free: 2 };

/** The fullest limit first, then those in shadow mode, then those that are off. */
export function byLevel(policies: readonly RiskPolicy[], rooms: ReadonlyMap<string, Headroom>): RiskPolicy[] {
  const place = ({ id, mode }: RiskPolicy) => {
    const room = rooms.get(id);
    if (!room) return 4;
    return mode === "shadow" ? 3 : ORDER[limitLevel(placeIn(room))];
  };
  return policies.toSorted((one, other) => place(one) - place(other));
}
