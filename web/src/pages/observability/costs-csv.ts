/** The table of costs as CSV. An unknown amount is a word, and not 0. */
import type { CostGroup } from "@bailiwick/sdk";
import { csvOf } from "../../ui/csv.ts";
import { exactUsd } from "../../ui/money.tsx";
import type { CostRows } from "./cost-table.tsx";

export function costsCsv(by: CostGroup, { items, total }: CostRows): string {
  const isOfTasks = by === "task" || by === "tree";
  const head = ["key", "name", ...(isOfTasks ? ["own_cost_usd"] : []), ...AMOUNTS, ...COUNTS];
  const line = (row: Row, key: string, name: string) => [
    key,
    name,
    ...(isOfTasks ? [row.own_cost_usd === undefined ? "" : usd(row, "own_cost_usd")] : []),
    ...AMOUNTS.map((amount) => usd(row, amount)),
    ...COUNTS.map((count) => row[count]),
  ];
  return csvOf(head, [...items.map((row) => line(row, row.key, row.name)), line(total, "", "total")]);
}

const AMOUNTS = ["cost_usd", "list_cost_usd"] as const;
const COUNTS = ["calls", "unpriced_calls", "tokens_in", "tokens_out"] as const;
type Row = Omit<CostRows["items"][number], "key" | "name">;

function usd(row: Row, amount: (typeof AMOUNTS)[number] | "own_cost_usd"): string {
  const isUnknown = row.cost_usd === 0 && row.list_cost_usd === 0 && row.unpriced_calls > 0;
  return isUnknown ? "unknown" : exactUsd(row[amount] ?? 0);
}
