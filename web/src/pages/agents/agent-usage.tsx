/** The usage of an agent: today in numbers, and the cost of each of the last days. */
import type { AgentDay } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { todayText } from "../../data/agents-today.ts";
import { useRead } from "../../data/query.ts";
import { AtList, Spend, spendText, unpricedText } from "../../domain/usage/spend.tsx";
import { Count, counted, Unknown } from "../../ui/count.tsx";
import { type DayBar, DayBars } from "../../ui/day-bars.tsx";
import { durationText } from "../../ui/duration.ts";
import { Figure, Figures } from "../../ui/figures.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { daySpend } from "./agent-days.ts";

/** No fact tells how sums change. */
const READ_EVERY_MS = 30_000;
const DAYS = 30;
const DAY_MS = 86_400_000;

export function AgentUsage({ agentId }: { agentId: string }) {
  const { data, error, refetch } = useRead(
    ["costs", "agent", agentId],
    (client, call) => client.obs.getAgentMetrics({ id: agentId }, call),
    { everyMs: READ_EVERY_MS },
  );
  if (!data) return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={3} />;
  if (data.metrics.length === 0) {
    return <p className="text-sm text-ink-3">This agent has sent no usage in the last {DAYS} days.</p>;
  }
  const now = data.metrics.find(({ date }) => date === todayText());
  return (
    <>
      <Figures>
        <Figure name="Today">
          {now ? <Spend of={daySpend(now)} /> : <span className="text-ink-3">no usage</span>}
        </Figure>
        {now && <OfToday day={now} />}
      </Figures>
      <p className="mt-1 flex gap-3 text-sm">
        {now && <AtList of={daySpend(now)} />}
        {now && now.unpriced_calls > 0 && <span className="text-blocked">{unpricedText(now.unpriced_calls)}</span>}
      </p>
      <div className="mt-3 max-w-xl">
        <DayBars label={`Cost by day, ${DAYS} days`} bars={barsOf(data.metrics)} />
        <p className="mt-1 flex text-xs text-ink-3">
          <span>{DAYS} days ago</span>
          <span className="ml-auto">today</span>
        </p>
      </div>
    </>
  );
}

function OfToday({ day }: { day: AgentDay }) {
  const { total_llm_calls, latency_p50_ms, latency_p95_ms, total_errors, agent_id } = day;
  return (
    <>
      <Figure name="Model calls">
        <Count value={total_llm_calls} />
      </Figure>
      <Figure name="Latency p50">{latency_p50_ms === null ? <Unknown /> : durationText(latency_p50_ms)}</Figure>
      <Figure name="p95">{latency_p95_ms === null ? <Unknown /> : durationText(latency_p95_ms)}</Figure>
      <Figure name="Errors">
        {total_errors === 0 ? (
          "0"
        ) : (
          <Link to="/live" search={{ agent_id, status: "error" }} className="text-failed hover:underline">
            <Count value={total_errors} />
          </Link>
        )}
      </Figure>
    </>
  );
}

const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

function barsOf(days: readonly AgentDay[]): DayBar[] {
  const found = new Map(days.map((day) => [day.date, day]));
  const end = Date.parse(todayText());
  return Array.from({ length: DAYS }, (_, at) => {
    const date = new Date(end - (DAYS - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    const day = found.get(date);
    const name = DAY.format(new Date(date));
    if (!day) return { date, value: 0, text: `${name}: no usage` };
    const spend = daySpend(day);
    const text = `${name}: ${spendText(spend)}, ${counted(day.total_llm_calls, "model call")}`;
    return { date, value: day.total_cost_usd, text, isPartial: day.unpriced_calls > 0 };
  });
}
