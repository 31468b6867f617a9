/** The cost of the work in the range and today, and its value at list price. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { Spend } from "../../domain/usage/spend.tsx";
import { shortUsd } from "../../ui/money.tsx";
import { Exactly } from "../../ui/sentence.tsx";
import { exact } from "../../ui/time.tsx";

/** No fact tells how sums change. */
const READ_EVERY_MS = 15_000;

interface SpentProps {
  from: string;
  className: string;
  number: string;
}

export function Spent({ from, className, number }: SpentProps) {
  const { permissions } = useSession();
  const { data } = useRead(
    ["costs", "overview", from],
    (client, call) => client.obs.getOverview({ since: from }, call),
    {
      everyMs: READ_EVERY_MS,
      keep: true,
      enabled: permissions.has("obs:read"),
    },
  );
  if (!permissions.has("obs:read")) return null;
  // Without a call in a week, nobody knows what the agents spend: they may not report it.
  const isKnown = data && (data.week.llm_calls > 0 || data.week.cost_usd > 0);
  const figure = (sums: Sums | undefined, word: ReactNode) => (
    <li>
      <Link to="/costs" search={{ range: "today" }} className={className}>
        <span className={number}>{isKnown && sums ? <Amount of={sums} /> : "–"}</span>
        <span>
          {word}
          {isKnown && sums && <AtList of={sums} />}
          {data && !isKnown && <span className="block text-ink-3">no call was reported</span>}
        </span>
      </Link>
    </li>
  );
  return (
    <>
      {figure(
        data?.since,
        <>
          Spent in <Exactly text={`Since ${exact(data?.since?.from ?? from)}`}>this range</Exactly>
        </>,
      )}
      {figure(data?.today, "Spent today, UTC")}
    </>
  );
}

function Amount({ of: { llm_calls: calls, ...sums } }: { of: Sums }) {
  return <Spend of={{ ...sums, calls }} />;
}

function AtList({ of: { cost_usd, list_cost_usd } }: { of: Sums }) {
  if (Math.abs(cost_usd - list_cost_usd) < 0.005) return null;
  return <span className="block text-ink-3">{shortUsd(list_cost_usd)} at list price</span>;
}

interface Sums {
  cost_usd: number;
  list_cost_usd: number;
  unpriced_calls: number;
  llm_calls: number;
}
