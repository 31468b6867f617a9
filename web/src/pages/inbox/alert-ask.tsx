/** An alert that nobody acknowledged. */
import type { AlertEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AlertLevel, AlertMessage, AlertState, useAcknowledge } from "../../domain/alerts/alert-parts.tsx";
import { alertFigure } from "../../domain/alerts/alert-value.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";

export function AlertAsk({ alert }: { alert: AlertEvent }) {
  const { run, isRunning, denied } = useAcknowledge(alert.id);
  const figure = alertFigure(alert);
  return (
    <section className="space-y-4 p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        <AgentLine text={alert.rule_name} />
      </h2>
      {figure && (
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-xl font-semibold tabular-nums">{figure.value}</span>
          <span className="text-ink-2">
            {figure.about}, {figure.limit}
          </span>
        </p>
      )}
      <p className="text-sm text-ink-2 [overflow-wrap:anywhere]">
        <AlertMessage of={alert} />
      </p>
      <Facts>
        <FactLine name="Level">
          <AlertLevel of={alert} />
        </FactLine>
        <FactLine name="Fired">
          <Time at={alert.triggered_at} />
        </FactLine>
        <FactLine name="State">
          <AlertState of={alert} />
        </FactLine>
        {alert.agent_ids.length > 0 && (
          <FactLine name="Agents">
            <span className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-3">
              {alert.agent_ids.map((id) => (
                <AgentName key={id} id={id} />
              ))}
            </span>
          </FactLine>
        )}
      </Facts>
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
