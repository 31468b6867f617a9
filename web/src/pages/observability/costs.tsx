/** The costs of the work: a chart by day, and a table by agent, model, task, tree or day. */
import type { CostGroup } from "@bailiwick/sdk";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Coins, Download } from "lucide-react";
import { useRead } from "../../data/query.ts";
import { ConnectAgent } from "../../domain/connect-agent.tsx";
import { AtList, Spend, unpricedText } from "../../domain/usage/spend.tsx";
import { Button } from "../../ui/button.tsx";
import { Count } from "../../ui/count.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { Money } from "../../ui/money.tsx";
import { Page } from "../../ui/page.tsx";
import { saveText } from "../../ui/save-text.ts";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";
import { type Amount, CostChart } from "./cost-chart.tsx";
import { CostFilters } from "./cost-filters.tsx";
import { type CostsSearch, daysOf } from "./cost-range.ts";
import { type CostRows, CostTable } from "./cost-table.tsx";
import { costsCsv } from "./costs-csv.ts";
import { UnpricedLine, useUnpriced } from "./unpriced-models.tsx";

const route = getRouteApi("/costs");
/** The most rows of one answer of the server. */
const ROWS_MAX = 400;
/** No fact tells how costs change, so they are read this often. */
const READ_EVERY_MS = 15_000;

function useCosts(search: CostsSearch) {
  const days = daysOf(search, Date.now());
  const group_by: CostGroup = search.by ?? "agent";
  // A chart with a part for each task or day shows nothing.
  const split_by = group_by === "model" ? "model" : "agent";
  const options = { keep: true, everyMs: READ_EVERY_MS };
  const rows = useRead(
    ["costs", "rows", group_by, days],
    (client, call) => client.obs.summarizeCosts({ group_by, ...days, limit: ROWS_MAX }, call),
    options,
  );
  const chart = useRead(
    ["costs", "days", split_by, days],
    (client, call) => client.obs.summarizeCostDays({ split_by, ...days }, call),
    options,
  );
  return { rows, chart, unpriced: useUnpriced(days), group_by, split_by };
}

const AMOUNTS = { cost_usd: "Billed cost", list_cost_usd: "Cost at list price" } as const;

export function CostsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: CostsSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const { rows, chart, unpriced, group_by, split_by } = useCosts(search);
  const amount: Amount = search.amount === "list" ? "list_cost_usd" : "cost_usd";
  const error = rows.data === undefined ? rows.error : chart.data === undefined ? chart.error : null;
  const retry = () => void Promise.all([rows.refetch(), chart.refetch()]);
  const download = () => {
    if (!rows.data || !chart.data) return;
    const name = `costs-by-${group_by}-${chart.data.from}-${chart.data.to}.csv`;
    saveText(name, "text/csv", costsCsv(group_by, rows.data));
  };
  useHotkeys([{ label: "Download the costs as CSV", run: download }]);
  return (
    <Page
      title="Costs"
      actions={
        <Button label="Download as CSV" onClick={download}>
          <Download aria-hidden className="size-4" />
          <span className="max-sm:hidden">CSV</span>
        </Button>
      }
      toolbar={<CostFilters search={search} onChange={set} />}
    >
      <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        {error ? (
          <ErrorState error={error} retry={retry} />
        ) : rows.data && chart.data && unpriced ? (
          <>
            <Totals costs={rows.data} />
            <UnpricedLine unpriced={unpriced} />
            {chart.data.items.length === 0 ? (
              <Empty title="No model was called in this time." icon={<Coins className="size-6" strokeWidth={1.5} />}>
                <ConnectAgent />
              </Empty>
            ) : (
              <>
                <div className="px-4 pt-2 pb-6">
                  <CostChart days={chart.data} amount={amount} label={`${AMOUNTS[amount]} by day and ${split_by}`} />
                </div>
                <CostTable by={group_by} costs={rows.data} amount={amount} />
              </>
            )}
          </>
        ) : (
          <Skeleton lines={12} className="p-4" />
        )}
      </div>
    </Page>
  );
}

function Totals({ costs: { total, fees_usd } }: { costs: CostRows }) {
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3 px-4 pt-4 pb-3 max-sm:grid max-sm:grid-cols-3 max-sm:gap-x-4 max-sm:pt-3 max-sm:[&_.text-xl]:text-lg">
      <div>
        <dt className="text-sm text-ink-3">Billed</dt>
        <dd className="text-xl font-semibold">
          <Spend of={total} />
        </dd>
        <dd className="text-sm">
          <AtList of={total} />
        </dd>
      </div>
      {fees_usd > 0 && (
        <div>
          <dt className="text-sm text-ink-3">Monthly fees</dt>
          <dd className="text-xl">
            <Money usd={fees_usd} />
          </dd>
          <dd className="text-sm text-ink-3">spread by day, not in the costs</dd>
        </div>
      )}
      <div>
        <dt className="text-sm text-ink-3">Model calls</dt>
        <dd className="text-xl">
          <Count value={total.calls} />
        </dd>
        {total.unpriced_calls > 0 && (
          <dd className="text-sm">
            <Link to="/prices" className="text-blocked hover:underline">
              {unpricedText(total.unpriced_calls)}
            </Link>
          </dd>
        )}
      </div>
      <div>
        <dt className="text-sm text-ink-3">Tokens in</dt>
        <dd className="text-xl">
          <Count value={total.tokens_in} />
        </dd>
      </div>
      <div>
        <dt className="text-sm text-ink-3">Tokens out</dt>
        <dd className="text-xl">
          <Count value={total.tokens_out} />
        </dd>
      </div>
    </dl>
  );
}
