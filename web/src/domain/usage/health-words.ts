/** The health of an agent in words: one word for the score, and its reasons, the worst first. Pure. */
import type { AgentHealth } from "@bailiwick/sdk";

type Parts = AgentHealth["parts"];
export type HealthPart = NonNullable<Parts[keyof Parts]>;
export type PartName = keyof Parts;

export const PART_WORDS: Record<PartName, string> = {
  success_rate: "Runs",
  error_burst: "Errors",
  latency: "Latency",
  cost_anomaly: "Cost",
};
// `Object.keys` returns the names as text.
export const PARTS = Object.keys(PART_WORDS) as PartName[];

/** The worst level comes first. */
export const HEALTH_LEVELS = ["unwell", "look", "silent", "slow", "healthy"] as const;
export type HealthLevel = (typeof HEALTH_LEVELS)[number];

const WELL_FROM = 80;
const LOOK_FROM = 50;

type Health = Pick<AgentHealth, "score" | "parts">;

export function healthLevel({ score, parts }: Health): HealthLevel {
  if (score === null) return "silent";
  if (score >= WELL_FROM) return "healthy";
  if (PARTS.every((name) => name === "latency" || partLevel(parts[name]) === "healthy")) return "slow";
  return score >= LOOK_FROM ? "look" : "unwell";
}

export function shareOf({ score, max }: HealthPart): number {
  return (score ?? 0) / max;
}

/** An unknown part is no reason to look at an agent. */
export function partLevel(part: HealthPart | undefined): "healthy" | "look" | "unwell" {
  if (!part || part.score === null) return "healthy";
  const percent = 100 * shareOf(part);
  return percent >= WELL_FROM ? "healthy" : percent >= LOOK_FROM ? "look" : "unwell";
}

/** Failures come before a high cost, and both before slow calls: a model that thinks for a minute may be well. */
const RANKS: Record<PartName, number> = { success_rate: 0, error_burst: 0, cost_anomaly: 1, latency: 2 };
const RANK_WELL = 3;

/** The reasons why the score is not 100, the worst first. */
export function reasonsOf({ parts }: Pick<Health, "parts">): readonly string[] {
  const lost = PARTS.flatMap((name) => {
    const part = parts[name];
    if (!part || part.score === null || part.score >= part.max) return [];
    return [
      { reason: part.reason, rank: partLevel(part) === "healthy" ? RANK_WELL : RANKS[name], share: shareOf(part) },
    ];
  });
  return lost.toSorted((a, b) => a.rank - b.rank || a.share - b.share).map(({ reason }) => reason);
}

/** The worst agent first. */
export function worstFirst<T extends Health & { agent_id: string }>(rows: readonly T[]): T[] {
  const place = (one: Health) => HEALTH_LEVELS.indexOf(healthLevel(one));
  return rows.toSorted(
    (a, b) => place(a) - place(b) || (a.score ?? 0) - (b.score ?? 0) || (a.agent_id < b.agent_id ? -1 : 1),
  );
}
