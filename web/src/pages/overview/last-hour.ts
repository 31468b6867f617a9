/** The last hour, minute by minute. Pure. */
import type { Fact } from "@bailiwick/sdk";
import { type FactKind, factKind } from "../../domain/facts/fact-kind.ts";

export const MINUTES = 60;
const MINUTE_MS = 60_000;
/** More facts than these are not kept; the oldest minutes are unknown then. */
export const FACTS_MAX = 4_000;

export interface Hour {
  /** The newest first. */
  facts: readonly Fact[];
  /** Milliseconds of the epoch: what happened before is not known. */
  knownFrom: number;
}

export interface Minute {
  /** Milliseconds of the epoch. */
  start: number;
  counts: Partial<Record<FactKind, number>>;
  total: number;
  isKnown: boolean;
}

/** What governance says of a step of a task, the task says itself. */
export const isTold = ({ type }: Fact): boolean => !type.startsWith("governance.");

/** What is new joins what is known; what is older than an hour, or too much, goes. */
export function joinFacts(hour: Hour, fresh: readonly Fact[], now: number): Hour {
  const byId = new Map([...fresh, ...hour.facts].map((fact) => [fact.id, fact]));
  const since = startOf(now) - (MINUTES - 1) * MINUTE_MS;
  const all = [...byId.values()]
    .filter((fact) => isTold(fact) && Date.parse(fact.created_at) >= since)
    .sort((a, b) => b.created_at.localeCompare(a.created_at) || (a.id < b.id ? 1 : -1));
  const facts = all.slice(0, FACTS_MAX);
  const oldest = facts.at(-1);
  const isCut = all.length > facts.length && oldest !== undefined;
  return { facts, knownFrom: isCut ? Date.parse(oldest.created_at) : Math.max(hour.knownFrom, since) };
}

const startOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/** The oldest minute first; the last one is the one that is now. */
export function minutesOf({ facts, knownFrom }: Hour, now: number): Minute[] {
  const last = startOf(now);
  const minutes = Array.from({ length: MINUTES }, (_, at): Minute => {
    const start = last - (MINUTES - 1 - at) * MINUTE_MS;
    return { start, counts: {}, total: 0, isKnown: start + MINUTE_MS > knownFrom };
  });
  for (const fact of facts) {
    const at = MINUTES - 1 - (last - startOf(Date.parse(fact.created_at))) / MINUTE_MS;
    // A clock of the server that is ahead belongs to now.
    const minute = minutes[Math.min(at, MINUTES - 1)];
    if (!minute) continue;
    const kind = factKind(fact.type);
    minute.counts[kind] = (minute.counts[kind] ?? 0) + 1;
    minute.total += 1;
  }
  return minutes;
}

/** The newest lines worth reading: of what one task reports while it works, only the last. */
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

/** What a task tells while it works. */
export const REPORTS: ReadonlySet<string> = new Set(["task.progress", "task.tool_call", "task.tool_result"]);

/** What each task last reported of how far it is. */
export function progressByTask(facts: readonly Fact[]): ReadonlyMap<string, Fact["data"]> {
  const byTask = new Map<string, Fact["data"]>();
  for (const { type, subject, data } of facts) {
    if (type === "task.progress" && !byTask.has(subject.id)) byTask.set(subject.id, data);
  }
  return byTask;
}

/** A fact that tells of a new task says its title. */
export function titlesIn(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const created = facts.filter(({ type }) => type === "task.created");
  return new Map(
    created.flatMap(({ subject, data }) => (typeof data.title === "string" ? [[subject.id, data.title]] : [])),
  );
}

/** The part that is done, from 0 to 1, when the report says so in numbers. */
export function shareDone({ done, of: all, total, percent }: Fact["data"]): number | undefined {
  const whole = typeof all === "number" ? all : total;
  const share =
    typeof done === "number" && typeof whole === "number"
      ? done / whole
      : typeof percent === "number"
        ? percent / 100
        : Number.NaN;
  return Number.isFinite(share) && share >= 0 && share <= 1 ? share : undefined;
}
