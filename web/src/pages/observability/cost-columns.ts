/** The columns of the chart of costs. Pure. */
import type { ObsSummarizeCostDaysOutput } from "@bailiwick/sdk";
import { everyDay } from "./cost-range.ts";

type Amount = "cost_usd" | "list_cost_usd";
export type CostDays = ObsSummarizeCostDaysOutput;
export type CostPart = CostDays["items"][number];

/** An agent or a model in the chart. The key null stands for all others. */
export interface Series {
  key: string | null;
  name: string;
  /** From 0; the others have none. */
  place: number | undefined;
  sum: Sum;
}

type Sum = Pick<CostPart, "cost_usd" | "list_cost_usd" | "calls" | "unpriced_calls">;

export interface DayColumn {
  date: string;
  sum: Sum;
  /** In the order of the series. */
  parts: readonly { series: Series; sum: Sum }[];
}

const NOTHING: Sum = { cost_usd: 0, list_cost_usd: 0, calls: 0, unpriced_calls: 0 };
const added = (a: Sum, b: Sum): Sum => ({
  cost_usd: a.cost_usd + b.cost_usd,
  list_cost_usd: a.list_cost_usd + b.list_cost_usd,
  calls: a.calls + b.calls,
  unpriced_calls: a.unpriced_calls + b.unpriced_calls,
});

export function chartOf({ items, from, to }: CostDays, amount: Amount) {
  const sums = new Map<string | null, { name: string; sum: Sum }>();
  for (const item of items) {
    const before = sums.get(item.key);
    sums.set(item.key, { name: item.name ?? "Others", sum: added(before?.sum ?? NOTHING, item) });
  }
  const ordered = [...sums].toSorted(
    ([one, a], [other, b]) =>
      Number(one === null) - Number(other === null) || b.sum[amount] - a.sum[amount] || b.sum.calls - a.sum.calls,
  );
  const series = ordered.map(([key, one], place): Series => ({ ...one, key, place: key === null ? undefined : place }));
  const columns = everyDay(from, to).map((date): DayColumn => {
    const own = items.filter((one) => one.date === date);
    const parts = series.flatMap((one) =>
      own.filter(({ key }) => key === one.key).map((sum) => ({ series: one, sum })),
    );
    return { date, parts, sum: own.reduce((sum, part) => added(sum, part), NOTHING) };
  });
  return { series, columns };
}

const STEPS = [1, 2, 2.5, 5, 10];

/** Round amounts from 0 up to the first that no column exceeds. */
export function amountsOf(most: number, lines = 4): number[] {
  if (most <= 0) return [0, 1];
  const unit = 10 ** Math.floor(Math.log10(most / lines));
  const step = unit * (STEPS.find((one) => one * unit * lines >= most) ?? 10);
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, at) => at * step);
}
