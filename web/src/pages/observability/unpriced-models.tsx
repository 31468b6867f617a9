/** The models in use whose calls have no price, each with a way to set one. */
import type { ObsSummarizeCostsOutput } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { CircleHelp } from "lucide-react";
import { useRead } from "../../data/query.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted, countText } from "../../ui/count.tsx";
import { Tip } from "../../ui/tip.tsx";
import type { Days } from "./cost-range.ts";
import { priceOf } from "./search.ts";

const ROWS_MAX = 400;
const READ_EVERY_MS = 30_000;

export type UnpricedModel = Pick<
  ObsSummarizeCostsOutput["items"][number],
  "key" | "name" | "unpriced_calls" | "tokens_in" | "tokens_out"
>;

/** Without days the server sums 30 days. Returns the models with the most calls first; undefined while they are read. */
export function useUnpriced(days: Days): readonly UnpricedModel[] | undefined {
  const { data } = useRead(
    ["costs", "rows", "model", days],
    (client, call) => client.obs.summarizeCosts({ group_by: "model", ...days, limit: ROWS_MAX }, call),
    { keep: true, everyMs: READ_EVERY_MS },
  );
  return data?.items
    .filter(({ unpriced_calls }) => unpriced_calls > 0)
    .toSorted((a, b) => b.unpriced_calls - a.unpriced_calls);
}

/** Models that the line names; the page of prices has all. */
const NAMED_MAX = 4;

/** One line for the page of costs. */
export function UnpricedLine({ unpriced }: { unpriced: readonly UnpricedModel[] }) {
  if (unpriced.length === 0) return null;
  return (
    <section
      aria-label="Models without a price"
      className="mx-4 mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 rounded bg-blocked-soft px-3 py-1.5 text-sm"
    >
      <h2 className="flex items-center gap-2 text-blocked">
        <CircleHelp aria-hidden className="size-4 shrink-0" />
        No price, so no cost:
      </h2>
      {unpriced.slice(0, NAMED_MAX).map(({ key, name, unpriced_calls }) => (
        <span key={key} className="flex min-w-0 items-center gap-1.5">
          <AgentLine text={name} className="min-w-0 truncate font-medium" />
          <span className="shrink-0 text-ink-2 tabular-nums">{counted(unpriced_calls, "call")}</span>
          <Link
            to="/prices"
            search={priceOf(key)}
            aria-label={`Set a price for ${name.slice(0, 60)}`}
            className="shrink-0 font-medium text-accent-ink hover:underline"
          >
            Set a price
          </Link>
        </span>
      ))}
      {unpriced.length > NAMED_MAX && (
        <Link to="/prices" className="font-medium text-accent-ink hover:underline">
          {countText(unpriced.length - NAMED_MAX)} more
        </Link>
      )}
    </section>
  );
}

interface BannerProps {
  denied: string | undefined;
  /** `provider/model`. */
  onSet: (model: string) => void;
}

export function UnpricedBanner({ denied, onSet }: BannerProps) {
  const unpriced = useUnpriced({}) ?? [];
  if (unpriced.length === 0) return null;
  return (
    <section
      aria-label="Models without a price"
      className="flex max-h-40 shrink-0 flex-wrap items-center gap-x-5 gap-y-1 overflow-y-auto border-b border-line bg-blocked-soft px-4 py-1.5 text-sm"
    >
      <h2 className="flex items-center gap-2 font-medium text-blocked">
        <CircleHelp aria-hidden className="size-4 shrink-0" />
        {counted(unpriced.length, "model")} without a price, so costs are higher than shown:
      </h2>
      {unpriced.map(({ key, name, unpriced_calls, tokens_in, tokens_out }) => (
        <span key={key} className="flex min-w-0 items-center gap-2">
          <AgentLine text={name} className="min-w-0 truncate font-medium" />
          <Tip text={`${countText(tokens_in + tokens_out)} tokens`}>
            <span className="shrink-0 text-ink-2 tabular-nums">{counted(unpriced_calls, "call")}</span>
          </Tip>
          <Button size="small" denied={denied} onClick={() => onSet(key)}>
            Set a price
          </Button>
        </span>
      ))}
    </section>
  );
}
