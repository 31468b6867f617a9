/** Costs by day as stacked columns. The same numbers stand in a table below it, which a button shows. */
import { Spend, spendText, unpricedText } from "../../domain/usage/spend.tsx";
import { cx } from "../../ui/class-names.ts";
import { shortUsd } from "../../ui/money.tsx";
import { AllFacts } from "../../ui/sentence.tsx";
import { Tip } from "../../ui/tip.tsx";
import { amountsOf, type CostDays, chartOf, type DayColumn, type Series } from "./cost-columns.ts";
import { seriesGround } from "./series-grounds.ts";

export type Amount = "cost_usd" | "list_cost_usd";

interface CostChartProps {
  days: CostDays;
  amount: Amount;
  /** "Billed cost by day and agent". */
  label: string;
}

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const WEEKDAY = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
/** With more columns, not every day has a label. */
const LABELS_MAX = 10;

export function CostChart({ days, amount, label }: CostChartProps) {
  const { series, columns } = chartOf(days, amount);
  const lines = amountsOf(Math.max(0, ...columns.map(({ sum }) => sum[amount])));
  const top = lines.at(-1) ?? 1;
  return (
    <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,1fr)_260px]">
      <h2 className="text-sm font-semibold lg:col-span-2">{label}</h2>
      <figure aria-label={label} className="min-w-0">
        <div className="relative ml-12 h-52">
          {lines.map((usd) => (
            <div
              key={usd}
              aria-hidden
              className="absolute inset-x-0 border-t border-line"
              style={{ bottom: `${(usd / top) * 100}%` }}
            >
              <span className="absolute -top-2 right-full pr-2 text-xs whitespace-nowrap text-ink-3 tabular-nums">
                {axisUsd(usd)}
              </span>
            </div>
          ))}
          <ul className="absolute inset-0 flex items-stretch gap-[max(1px,10%/16)]">
            {columns.map((column) => (
              <Column key={column.date} column={column} top={top} amount={amount} />
            ))}
          </ul>
        </div>
        <Dates columns={columns} />
      </figure>
      <Legend series={series} amount={amount} />
      <div className="lg:col-span-2">
        <AllFacts label="The chart as a table">
          <AsTable series={series} columns={columns} amount={amount} label={label} />
        </AllFacts>
      </div>
    </div>
  );
}

const axisUsd = (usd: number): string => (usd > 0 && usd < 0.0001 ? `$${usd}` : shortUsd(usd).replace(/\.00$/, ""));

function Column({ column, top, amount }: { column: DayColumn; top: number; amount: Amount }) {
  const { date, sum, parts } = column;
  const lines = [
    [WEEKDAY.format(new Date(date)), spendText(sum, amount)],
    ...parts
      .filter((part) => part.sum[amount] > 0)
      .map((part) => [part.series.name.replaceAll(/\s+/g, " "), shortUsd(part.sum[amount])]),
    ...(sum.unpriced_calls > 0 ? [[unpricedText(sum.unpriced_calls), ""]] : []),
  ];
  return (
    <Tip text={lines.map((line) => line.join("\t")).join("\n")}>
      <li
        aria-label={lines.map((line) => line.join(" ")).join(", ")}
        className="flex min-w-0 grow basis-0 flex-col-reverse hover:bg-hover"
      >
        {parts.map(({ series, sum: own }) => (
          <span
            key={series.key}
            aria-hidden
            className={cx(
              "forced-color-adjust-none mx-auto w-full max-w-12 border-t border-canvas",
              seriesGround(series.place),
            )}
            style={{ height: `${(own[amount] / top) * 100}%` }}
          />
        ))}
        {sum.unpriced_calls > 0 && (
          <span aria-hidden className="hatched forced-color-adjust-none mx-auto h-1.5 w-full max-w-12 text-ink-3" />
        )}
      </li>
    </Tip>
  );
}

function Dates({ columns }: { columns: readonly DayColumn[] }) {
  const every = Math.ceil(columns.length / LABELS_MAX);
  return (
    <div aria-hidden className="mt-1 ml-12 flex text-xs text-ink-3">
      {columns.map(({ date }, at) => (
        <span key={date} className="flex min-w-0 grow basis-0 justify-center overflow-visible whitespace-nowrap">
          {(columns.length - 1 - at) % every === 0 && (
            <span className={cx(((columns.length - 1 - at) / every) % 2 === 1 && "max-sm:hidden")}>
              {DAY.format(new Date(date))}
            </span>
          )}
        </span>
      ))}
    </div>
  );
}

function Legend({ series, amount }: { series: readonly Series[]; amount: Amount }) {
  return (
    <ul aria-label="Parts of the columns" className="min-w-0 self-center text-sm">
      {series.map(({ key, name, place, sum }) => (
        <li key={key} className="flex items-center gap-2 py-0.5">
          <span
            aria-hidden
            className={cx("forced-color-adjust-none size-2.5 shrink-0 rounded-sm", seriesGround(place))}
          />
          <bdi className="min-w-0 grow truncate text-ink-2">{name}</bdi>
          <Spend of={sum} amount={amount} />
        </li>
      ))}
      {series.some(({ sum }) => sum.unpriced_calls > 0) && (
        <li className="flex items-center gap-2 py-0.5 text-ink-3">
          <span aria-hidden className="hatched forced-color-adjust-none size-2.5 shrink-0 rounded-sm" />
          has calls without a price
        </li>
      )}
    </ul>
  );
}

function AsTable({
  series,
  columns,
  amount,
  label,
}: {
  series: readonly Series[];
  columns: readonly DayColumn[];
  amount: Amount;
  label: string;
}) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className="text-sm tabular-nums [&_td]:px-2 [&_td]:py-1 [&_td]:text-right [&_th]:px-2 [&_th]:py-1 [&_th]:font-normal [&_th]:whitespace-nowrap">
        <thead className="text-ink-3">
          <tr>
            <th scope="col" className="text-left">
              Day
            </th>
            {series.map(({ key, name }) => (
              <th key={key} scope="col" className="max-w-32 truncate text-right">
                <bdi>{name}</bdi>
              </th>
            ))}
            <th scope="col" className="text-right">
              All
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map(({ date, parts, sum }) => (
            <tr key={date} className="border-t border-line">
              <th scope="row" className="text-left text-ink-2">
                {date}
              </th>
              {series.map(({ key }) => {
                const part = parts.find((one) => one.series.key === key);
                return <td key={key}>{part ? spendText(part.sum, amount) : <span className="text-ink-3">–</span>}</td>;
              })}
              <td className="font-medium">{spendText(sum, amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
