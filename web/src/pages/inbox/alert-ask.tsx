/** An alert that nobody acknowledged. */
import type { AlertEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useAgentsToday } from "../../data/agents-today.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AlertLevel, AlertState, useAcknowledge } from "../../domain/alerts/alert-parts.tsx";
import { alertFigure } from "../../domain/alerts/alert-value.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Money } from "../../ui/money.tsx";
import { Time } from "../../ui/time.tsx";

export function AlertAsk({ alert }: { alert: AlertEvent }) {
  const { run, isRunning, denied } = useAcknowledge(alert.id);
  const figure = alertFigure(alert);
  return (
    <section className="min-h-0 space-y-5 overflow-y-auto p-4">
      <div className="space-y-1 pr-20">
        <h2 className="text-lg font-semibold break-words">
          <AgentLine text={alert.rule_name} />
        </h2>
        <p className="flex flex-wrap items-center gap-x-2 text-sm text-ink-2">
          <AlertLevel of={alert} /> <span>·</span> <AlertState of={alert} />
        </p>
      </div>
      {figure ? (
        <p>
          <span className="mr-2 text-xl font-semibold tabular-nums">{figure.value}</span>
          <span className="text-ink-2">
            {figure.about}, {figure.limit}
          </span>
          <span className="block text-sm text-ink-3">
            when it fired, <Time at={alert.triggered_at} />
          </span>
        </p>
      ) : (
        <AgentLine text={alert.message} />
      )}
      {alert.agent_ids.length > 0 && <Agents of={alert} />}
      <div className="flex items-center gap-3">
        <Button look="primary" denied={denied} isBusy={isRunning} onClick={() => void run(undefined)}>
          Acknowledge
        </Button>
        <Link to="/alerts" className="text-accent-ink hover:underline">
          All alerts
        </Link>
      </div>
    </section>
  );
}

/** For an alert about costs: the part of each agent, as it is now. */
function Agents({ of: { agent_ids, rule_type } }: { of: AlertEvent }) {
  const { days } = useAgentsToday();
  const parts = agent_ids.map((id) => ({ id, usd: days?.get(id)?.total_cost_usd }));
  const largest = Math.max(...parts.map(({ usd = 0 }) => usd));
  const hasCosts = rule_type === "cost_per_day" && largest > 0;
  const shown = hasCosts ? parts.toSorted((a, b) => (b.usd ?? 0) - (a.usd ?? 0)) : parts;
  return (
    <div>
      <h3 className="mb-1 text-sm font-semibold">{hasCosts ? "Spent today until now" : "Agents"}</h3>
      <ul className="max-w-xl">
        {shown.map(({ id, usd }) => (
          <li key={id} className="grid grid-cols-[minmax(0,12rem)_minmax(0,1fr)_5rem] items-center gap-3 py-0.5">
            <AgentName id={id} />
            {hasCosts && (
              <>
                <span aria-hidden className="h-2 rounded-full bg-pressed">
                  <span
                    className="forced-color-adjust-none block h-full rounded-full bg-returned"
                    style={{ width: `${((usd ?? 0) / largest) * 100}%` }}
                  />
                </span>
                <span className="text-right text-sm tabular-nums">
                  <Money usd={usd} isShort />
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
