/** The range, what the costs are grouped by, and billed or list price. */
import type { CostGroup } from "@bailiwick/sdk";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { INPUT } from "../../ui/field.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { COST_RANGE_WORDS, COST_RANGES, type CostRange, type CostsSearch, dayText } from "./cost-range.ts";

const BY_TABS = [
  { value: "agent", label: "Agent" },
  { value: "model", label: "Model" },
  { value: "task", label: "Task" },
  { value: "tree", label: "Tree" },
  { value: "day", label: "Day" },
] as const satisfies readonly { value: CostGroup; label: string }[];

interface FilterProps {
  search: CostsSearch;
  onChange: (change: CostsSearch) => void;
}

type Shown = CostRange | "own";

const RANGE_TABS = [
  ...COST_RANGES.map((value): { value: Shown; label: string } => ({ value, label: COST_RANGE_WORDS[value] })),
  { value: "own" as const, label: "Days…" },
];

export function CostFilters({ search, onChange }: FilterProps) {
  const { range = "30d", from, to } = search;
  const isOwn = from !== undefined || to !== undefined;
  const choose = (value: Shown) => {
    const today = dayText(Date.now());
    if (value === "own") onChange({ range: undefined, from: `${today.slice(0, 8)}01`, to: today });
    else onChange({ range: value === "30d" ? undefined : value, from: undefined, to: undefined });
  };
  return (
    <>
      <Tabs label="Range" value={isOwn ? "own" : range} tabs={RANGE_TABS} onChange={choose} />
      {isOwn && <OwnDays key={`${from} ${to}`} from={from} to={to} onChange={onChange} />}
      <span className="grow max-sm:hidden" />
      {/* One line on a phone, which scrolls. */}
      <div className="flex min-w-0 items-center gap-2 max-sm:-mx-4 max-sm:overflow-x-auto max-sm:px-4 max-sm:*:shrink-0">
        <span aria-hidden className="text-sm text-ink-3 max-sm:hidden">
          By
        </span>
        <Tabs
          label="Costs by"
          value={search.by ?? "agent"}
          tabs={BY_TABS}
          onChange={(by) => onChange({ by: by === "agent" ? undefined : by })}
        />
        <span aria-hidden className="h-5 w-px bg-line max-sm:hidden" />
        <Tabs
          label="Amount"
          value={search.amount ?? "billed"}
          tabs={[
            { value: "billed", label: "Billed" },
            { value: "list", label: "List price" },
          ]}
          onChange={(amount) => onChange({ amount: amount === "billed" ? undefined : amount })}
        />
      </div>
    </>
  );
}

interface OwnProps {
  from: string | undefined;
  to: string | undefined;
  onChange: (change: CostsSearch) => void;
}

function OwnDays({ from = "", to = "", onChange }: OwnProps) {
  const [days, setDays] = useState({ from, to });
  const isChanged = days.from !== from || days.to !== to;
  return (
    <form
      className="flex items-center gap-2 text-sm text-ink-2"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ from: days.from || undefined, to: days.to || undefined });
      }}
    >
      {(["from", "to"] as const).map((end) => (
        <label key={end} className="flex items-center gap-1.5">
          {end}
          <input
            type="date"
            value={days[end]}
            max={dayText(Date.now())}
            className={`${INPUT} h-7 w-36!`}
            onChange={(event) => setDays({ ...days, [end]: event.target.value })}
          />
        </label>
      ))}
      {isChanged && (
        <Button size="small" type="submit">
          Show
        </Button>
      )}
    </form>
  );
}
