/** The bars of a backtest: one for each day. Pure. */
import type { Client, RiskPolicy } from "@bailiwick/sdk";
import { valueText } from "../../domain/limits/limit-words.ts";
import type { DayBar } from "../../ui/day-bars.tsx";

export type BacktestResult = Awaited<ReturnType<Client["risk"]["backtest"]>>;

const DAY_MS = 86_400_000;
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", timeZone: "UTC" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

export function barsOf({ days, firings, coverage }: BacktestResult, type: RiskPolicy["policy_type"]): DayBar[] {
  const values = new Map(days.map(({ date, value }) => [date, value]));
  const fired = new Set(firings.map(({ at }) => at.slice(0, 10)));
  const bars: DayBar[] = [];
  for (let time = Date.parse(coverage.from); time < Date.parse(coverage.to); time += DAY_MS) {
    const date = new Date(time).toISOString().slice(0, 10);
    const value = values.get(date) ?? 0;
    const isMarked = fired.has(date);
    const said = isMarked ? ", passed" : "";
    const short = { day: WEEKDAY.format(time), value: valueText(type, value) };
    bars.push({ date, value, isMarked, short, text: `${DAY.format(time)}: ${valueText(type, value)}${said}` });
  }
  return bars;
}
