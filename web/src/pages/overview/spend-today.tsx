/** The cost of the work of today, and its value at list price. */
import { Link } from "@tanstack/react-router";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { Spend } from "../../domain/usage/spend.tsx";
import { Unknown } from "../../ui/count.tsx";
import { shortUsd } from "../../ui/money.tsx";

/** No fact tells how sums change. */
const READ_EVERY_MS = 15_000;

export function SpendToday({ className, number }: { className: string; number: string }) {
  const { permissions } = useSession();
  const { data } = useRead(["costs", "overview", {}], (client, call) => client.obs.getOverview({}, call), {
    everyMs: READ_EVERY_MS,
    enabled: permissions.has("obs:read"),
  });
  if (!permissions.has("obs:read")) return null;
  return (
    <li>
      <Link to="/costs" search={{ range: "today" }} className={className}>
        <span className={number}>{data ? <Amount of={data} /> : "–"}</span> Spent today
      </Link>
    </li>
  );
}

function Amount({ of: { today, week } }: { of: { today: Sums; week: Sums } }) {
  // Without a call in a week, nobody knows what the agents spend: they may not report it.
  if (week.llm_calls === 0 && week.cost_usd === 0) return <Unknown />;
  const { cost_usd, list_cost_usd, unpriced_calls, llm_calls: calls } = today;
  const isOther = Math.abs(cost_usd - list_cost_usd) >= 0.005;
  return (
    <>
      <Spend of={{ cost_usd, list_cost_usd, unpriced_calls, calls }} />
      {isOther && <span className="text-base font-normal text-ink-3"> of {shortUsd(list_cost_usd)} list value</span>}
    </>
  );
}

interface Sums {
  cost_usd: number;
  list_cost_usd: number;
  unpriced_calls: number;
  llm_calls: number;
}
