/** Costs by agent, model, task, tree or day, with the exact total of the time. */
import type { CostGroup, ObsSummarizeCostsOutput } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Spend } from "../../domain/usage/spend.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Count, counted } from "../../ui/count.tsx";
import { Money } from "../../ui/money.tsx";
import { Section } from "../../ui/page.tsx";
import type { Amount } from "./cost-chart.tsx";
import { priceOf } from "./search.ts";

export type CostRows = ObsSummarizeCostsOutput;
type CostRow = CostRows["items"][number];

interface CostTableProps {
  by: CostGroup;
  costs: CostRows;
  amount: Amount;
}

const NUMBER = "py-1.5 pl-4 text-right tabular-nums";
const HEAD = "py-1.5 pl-4 text-right font-normal whitespace-nowrap";

export function CostTable({ by, costs, amount }: CostTableProps) {
  const { items, total } = costs;
  const isOfTasks = by === "task" || by === "tree";
  const most = Math.max(0, ...items.map((row) => row[amount]));
  return (
    <Section title={`By ${by}`}>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`Cost by ${by}`}>
        <table className="w-full min-w-160 text-base">
          <Head by={by} isOfTasks={isOfTasks} />
          <tbody>
            {items.map((row) => (
              <Row key={row.key} row={row} by={by} share={most > 0 ? row[amount] / most : 0} isOfTasks={isOfTasks} />
            ))}
          </tbody>
          <tfoot>
            <tr className="font-medium">
              <th scope="row" className="py-2 text-left font-medium">
                All of this time
              </th>
              <td className="max-lg:hidden" />
              {isOfTasks && <td />}
              <Numbers row={total} />
            </tr>
          </tfoot>
        </table>
      </div>
      <Notes isOfTasks={isOfTasks} rows={items.length} />
    </Section>
  );
}

function Head({ by, isOfTasks }: { by: CostGroup; isOfTasks: boolean }) {
  const amounts = isOfTasks ? ["Own", "With subtasks"] : ["Billed"];
  return (
    <thead className="border-b border-line text-sm text-ink-3">
      <tr>
        <th scope="col" className="py-1.5 text-left font-normal capitalize">
          {by}
        </th>
        <th scope="col" className="w-40 max-lg:hidden">
          <span className="sr-only">Share</span>
        </th>
        {[...amounts, "List price", "Calls", "Tokens in", "Tokens out", "Unpriced"].map((name) => (
          <th key={name} scope="col" className={HEAD}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The server returns at most this many rows. */
const ROWS_MAX = 400;

function Notes({ isOfTasks, rows }: { isOfTasks: boolean; rows: number }) {
  const notes = [
    "Days are in UTC.",
    isOfTasks && "The last line has also what belongs to no task.",
    isOfTasks && "“With subtasks” counts the tasks below too, so these rows overlap.",
    rows >= ROWS_MAX && `The ${counted(ROWS_MAX, "dearest row", "dearest rows")} are shown.`,
  ].filter(Boolean);
  return <p className="mt-2 text-sm text-ink-3">{notes.join(" ")}</p>;
}

interface RowProps {
  row: CostRow;
  by: CostGroup;
  share: number;
  isOfTasks: boolean;
}

function Row({ row, by, share, isOfTasks }: RowProps) {
  return (
    <tr className="border-b border-line hover:bg-hover">
      <th scope="row" className="max-w-80 min-w-40 py-1.5 text-left font-normal">
        <Name row={row} by={by} />
      </th>
      <td className="pl-4 max-lg:hidden">
        <span aria-hidden className="forced-color-adjust-none block h-1.5 overflow-hidden rounded-full bg-pressed">
          <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
        </span>
      </td>
      {isOfTasks && (
        <td className={NUMBER}>
          {row.own_cost_usd === 0 && row.unpriced_calls > 0 && row.cost_usd === 0 ? (
            <Spend of={row} isAligned />
          ) : (
            <Money usd={row.own_cost_usd} isAligned />
          )}
        </td>
      )}
      <Numbers row={row} model={by === "model" ? row.key : undefined} />
    </tr>
  );
}

interface NumbersProps {
  row: Omit<CostRow, "key" | "name">;
  /** `provider/model`, in the row of a model. */
  model?: string | undefined;
}

function Numbers({ row, model }: NumbersProps) {
  return (
    <>
      <td className={NUMBER}>
        <Spend of={row} isAligned />
      </td>
      <td className={NUMBER}>
        <Spend of={row} amount="list_cost_usd" isAligned />
      </td>
      <td className={NUMBER}>
        <Count value={row.calls} />
      </td>
      <td className={NUMBER}>
        <Count value={row.tokens_in} />
      </td>
      <td className={NUMBER}>
        <Count value={row.tokens_out} />
      </td>
      <td className={cx(NUMBER, "text-ink-3")}>
        {row.unpriced_calls === 0 ? (
          "–"
        ) : (
          <Link
            to="/prices"
            search={model === undefined ? {} : priceOf(model)}
            className="text-blocked hover:underline"
          >
            <Count value={row.unpriced_calls} />
            {model !== undefined && " · set a price"}
          </Link>
        )}
      </td>
    </>
  );
}

function Name({ row: { key, name }, by }: { row: CostRow; by: CostGroup }): ReactNode {
  if (by === "agent") return <AgentName id={key} />;
  if (by === "day") return <span className="tabular-nums">{key}</span>;
  if (by === "model") {
    return (
      <span className="flex max-w-80">
        <AgentLine text={name} className="truncate" />
      </span>
    );
  }
  return (
    <Link to="/tasks/$id" params={{ id: key }} className="flex max-w-80 hover:underline">
      <AgentLine text={name} className="truncate" />
    </Link>
  );
}
