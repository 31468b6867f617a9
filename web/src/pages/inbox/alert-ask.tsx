/** An alert that nobody acknowledged. */
import type { AlertEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AlertLevel, AlertMessage, AlertState, useAcknowledge } from "../../domain/alerts/alert-parts.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";

export function AlertAsk({ alert }: { alert: AlertEvent }) {
  const { run, isRunning, denied } = useAcknowledge(alert.id);
  return (
    <section className="space-y-4 p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        <AlertMessage of={alert} />
      </h2>
      <Facts>
        <FactLine name="Level">
          <AlertLevel of={alert} />
        </FactLine>
        <FactLine name="Rule">
          <AgentLine text={alert.rule_name} />
        </FactLine>
        <FactLine name="Fired">
          <Time at={alert.triggered_at} />
        </FactLine>
        <FactLine name="State">
          <AlertState of={alert} />
        </FactLine>
        {alert.agent_ids.length > 0 && (
          <FactLine name="Agents">
            <span className="flex flex-wrap gap-x-3">
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
