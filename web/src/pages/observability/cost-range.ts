/** The days that the page of costs shows. Days are in UTC, as the sums of the server. Pure. */
import { COST_GROUPS, type CostGroup } from "@bailiwick/sdk";
import { oneOf, textOf } from "../../app/root-route.ts";

export const COST_RANGES = ["today", "7d", "30d"] as const;
export type CostRange = (typeof COST_RANGES)[number];
export const COST_RANGE_WORDS: Record<CostRange, string> = { today: "Today", "7d": "7 days", "30d": "30 days" };

/** `by`: the rows of the table, and the parts of the columns where they are agents or models. */
export interface CostsSearch {
  by?: CostGroup | undefined;
  amount?: "list" | undefined;
  range?: "today" | "7d" | undefined;
  /** Days, for a range of its own. */
  from?: string | undefined;
  to?: string | undefined;
}

export const readCostsSearch = (search: Record<string, unknown>): CostsSearch => ({
  by: oneOf(search.by, COST_GROUPS),
  amount: oneOf(search.amount, ["list"]),
  range: oneOf(search.range, ["today", "7d"]),
  from: dayOf(search.from),
  to: dayOf(search.to),
});

function dayOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[12]\d{3}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
    ? text
    : undefined;
}

const DAY_MS = 86_400_000;
export const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export interface Days {
  from?: string | undefined;
  to?: string | undefined;
}

/** Returns the days for the request. Without both days the server takes the last 30 days. */
export function daysOf({ range, from, to }: CostsSearch, now: number): Days {
  if (from !== undefined || to !== undefined)
    return from !== undefined && to !== undefined && from > to ? { from: to, to: from } : { from, to };
  if (range === "today") return { from: dayText(now), to: dayText(now) };
  return range === "7d" ? { from: dayText(now - 6 * DAY_MS) } : {};
}

/** Every day from the first to the last. */
export function everyDay(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) days.push(dayText(at));
  return days;
}
