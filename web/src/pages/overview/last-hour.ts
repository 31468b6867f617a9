/** The last hour, minute by minute. Pure. */
import { type Fact, type FactData, REPORTED_TYPES } from "@bailiwick/sdk";
import { type FactKind, factKind } from "../../domain/facts/fact-kind.ts";

export const MINUTES = 60;
const MINUTE_MS = 60_000;
/** At most this many facts are kept; beyond that the oldest minutes are unknown. */
export const FACTS_MAX = 4_000;

export interface Hour {
  /** Newest first. */
  facts: readonly Fact[];
  /** Facts before this time are unknown, in milliseconds of the epoch. */
  knownFromMs: number;
}

export interface Minute {
  startMs: number;
  counts: Partial<Record<FactKind, number>>;
  total: number;
  isKnown: boolean;
}

/** Facts of governance repeat facts of tasks. */
const isShown = ({ type }: Fact): boolean => !type.startsWith("governance.");

/** Adds fresh facts, and drops facts that are older than an hour or beyond the limit. */
export function joinFacts(hour: Hour, fresh: readonly Fact[], now: number): Hour {
  const byId = new Map([...fresh, ...hour.facts].map((fact) => [fact.id, fact]));
  const since = startOf(now) - (MINUTES - 1) * MINUTE_MS;
  const all = [...byId.values()]
    .filter((fact) => isShown(fact) && Date.parse(fact.created_at) >= since)
    .sort((a, b) => b.created_at.localeCompare(a.created_at) || (a.id < b.id ? 1 : -1));
  const facts = all.slice(0, FACTS_MAX);
  const oldest = facts.at(-1);
  const isCut = all.length > facts.length && oldest !== undefined;
  return { facts, knownFromMs: isCut ? Date.parse(oldest.created_at) : Math.max(hour.knownFromMs, since) };
}

const startOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/** Returns the minutes, the oldest first and the current one last. */
export function minutesOf({ facts, knownFromMs }: Hour, now: number): Minute[] {
  const last = startOf(now);
  const minutes = Array.from({ length: MINUTES }, (_, at): Minute => {
    const start = last - (MINUTES - 1 - at) * MINUTE_MS;
    return { startMs: start, counts: {}, total: 0, isKnown: start + MINUTE_MS > knownFromMs };
  });
  for (const fact of facts) {
    const at = MINUTES - 1 - (last - startOf(Date.parse(fact.created_at))) / MINUTE_MS;
    // A fact from a server clock that is ahead counts as now.
    const minute = minutes[Math.min(at, MINUTES - 1)];
    if (!minute) continue;
    const kind = factKind(fact.type);
    minute.counts[kind] = (minute.counts[kind] ?? 0) + 1;
    minute.total += 1;
  }
  return minutes;
}

/** Returns the newest lines, with only the last report of each task. */
export function linesOf(facts: readonly Fact[], max: number, start?: number): Fact[] {
  const reported = new Set<string>();
  const lines: Fact[] = [];
  for (const fact of facts) {
    if (start !== undefined && startOf(Date.parse(fact.created_at)) !== start) continue;
    if (REPORTS.has(fact.type)) {
      if (reported.has(fact.subject.id)) continue;
      reported.add(fact.subject.id);
    }
    lines.push(fact);
    if (lines.length === max) break;
  }
  return lines;
}

/** The facts that a task reports while it runs. */
export const REPORTS: ReadonlySet<string> = new Set(REPORTED_TYPES.map((type) => `task.${type}`));

/** Returns the last reported progress of each task. */
export function progressByTask(facts: readonly Fact[]): ReadonlyMap<string, FactData["task.progress"]> {
  const byTask = new Map<string, FactData["task.progress"]>();
  for (const fact of facts) {
    if (fact.type === "task.progress" && !byTask.has(fact.subject.id)) byTask.set(fact.subject.id, fact.data);
  }
  return byTask;
}

/** Returns the titles of tasks, which the facts of new tasks hold. */
export function titlesIn(facts: readonly Fact[]): ReadonlyMap<string, string> {
  return new Map(facts.flatMap((fact) => (fact.type === "task.created" ? [[fact.subject.id, fact.data.title]] : [])));
}
