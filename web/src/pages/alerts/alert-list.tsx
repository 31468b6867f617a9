/** The alerts that fired, newest first. */
import type { AlertEvent } from "@bailiwick/sdk";
import { BellRing } from "lucide-react";
import { useList } from "../../data/list.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AlertLevel, AlertState, useAcknowledge } from "../../domain/alerts/alert-parts.tsx";
import { alertFigure, alertText } from "../../domain/alerts/alert-value.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Unknown } from "../../ui/count.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";

export function AlertList() {
  const list = useList({
    key: ["alerts", "events"],
    page: (client, at, call) => client.alerts.listEvents(at, call),
    idOf: ({ id }) => id,
  });
  return (
    <Table<AlertEvent>
      label="Alerts"
      list={list}
      columns={COLUMNS}
      idOf={({ id }) => id}
      nameOf={alertText}
      rowPx={ROW_PX}
      phonePx={88}
      phone={(event) => (
        <div className="space-y-1">
          <AgentLine text={alertText(event)} className="line-clamp-2 leading-5 font-medium" />
          <div className="flex items-center gap-2 text-sm text-ink-2">
            <AlertLevel of={event} />
            <span className="text-ink-3">
              <Time at={event.triggered_at} />
            </span>
            <AlertState of={event} />
            <span className="ml-auto">
              <Acknowledge of={event} />
            </span>
          </div>
        </div>
      )}
      foot="An alert stays open until its value is below the threshold again. To acknowledge it says only that somebody saw it."
      empty={
        <Empty
          title="No alert has fired. Rules decide when one does."
          icon={<BellRing className="size-6" strokeWidth={1.5} />}
        />
      }
    />
  );
}

const COLUMNS: readonly Column<AlertEvent>[] = [
  { id: "level", header: "Level", width: "84px", cell: (event) => <AlertLevel of={event} /> },
  { id: "message", header: "Alert", width: "minmax(240px,2fr)", cell: (event) => <MessageCell of={event} /> },
  { id: "value", header: "Value", width: "152px", isRight: true, cell: (event) => <ValueCell of={event} /> },
  {
    id: "fired",
    header: "Fired",
    width: "88px",
    cell: ({ triggered_at }) => (
      <span className="text-sm text-ink-2">
        <Time at={triggered_at} />
      </span>
    ),
  },
  { id: "state", header: "State", width: "minmax(130px,0.5fr)", cell: (event) => <AlertState of={event} /> },
  {
    id: "verbs",
    header: "Actions",
    isHeaderHidden: true,
    width: "116px",
    isRight: true,
    cell: (event) => <Acknowledge of={event} />,
  },
];

function MessageCell({ of: event }: { of: AlertEvent }) {
  return (
    <span className="flex flex-col items-start *:max-w-full">
      <AgentLine text={event.rule_name} className="truncate font-medium" />
      <AlertAgents of={event} />
    </span>
  );
}

const AGENTS_SHOWN = 3;

/** The agents with the greatest part in the value, in one line. */
function AlertAgents({ of: { agent_id, agent_ids } }: { of: AlertEvent }) {
  const ids = agent_id === null ? agent_ids : [agent_id];
  const more = ids.length - AGENTS_SHOWN;
  if (ids.length === 0) return null;
  return (
    <span className="flex min-w-0 items-center gap-x-3 text-sm text-ink-2">
      {ids.slice(0, AGENTS_SHOWN).map((id) => (
        <AgentName key={id} id={id} />
      ))}
      {more > 0 && <span className="shrink-0 text-ink-3">+{more}</span>}
    </span>
  );
}

function ValueCell({ of: event }: { of: AlertEvent }) {
  const figure = alertFigure(event);
  if (!figure) return <Unknown />;
  return (
    <span className="flex flex-col">
      <span className="font-medium tabular-nums">{figure.value}</span>
      <span className="text-sm text-ink-3 tabular-nums">{figure.limit}</span>
    </span>
  );
}

const ROW_PX = 60;

function Acknowledge({ of: event }: { of: AlertEvent }) {
  const { run, isRunning, denied } = useAcknowledge(event.id);
  if (event.acknowledged_at !== null) return null;
  return (
    <Button
      size="small"
      className="relative z-1"
      denied={denied}
      isBusy={isRunning}
      onClick={() => void run(undefined)}
    >
      Acknowledge
    </Button>
  );
}
