/** Stops and drills, newest first. */
import type { Stop } from "@bailiwick/sdk";
import { Octagon } from "lucide-react";
import { Suspense, useState } from "react";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { ActorName } from "../../domain/actor-name.tsx";
import { LiftButton } from "../../domain/stops/lift-button.tsx";
import { StopState, StopTarget } from "../../domain/stops/stop-parts.tsx";
import { confirmedText } from "../../domain/stops/stop-words.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";

const StopDialog = lazyPart(() => import("../../domain/stops/stop-dialog.tsx"), "StopDialog");

export function StopsPage() {
  const [isStopping, setStopping] = useState(false);
  const denied = useDenied("stop:write");
  const list = useList({
    key: ["stops", "list"],
    page: (client, at, call) => client.stops.list(at, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.stops.get({ id }),
  });
  const stop = () => setStopping(true);
  useHotkeys([{ keys: "c", label: "Stop something", denied, run: stop }]);
  return (
    <Page
      title="Stops"
      actions={
        <Button look="danger" keys="c" denied={denied} onClick={stop}>
          <Octagon aria-hidden className="size-4" />
          Stop…
        </Button>
      }
    >
      <Table<Stop>
        label="Stops"
        list={list}
        columns={COLUMNS}
        idOf={({ id }) => id}
        nameOf={({ reason }) => reason}
        hrefOf={({ id }) => `/stops/${id}`}
        rowPx={56}
        phonePx={96}
        phone={(one) => <StopLines of={one} />}
        empty={
          <Empty
            title="Nothing was stopped yet. A stop lets nothing start and asks running work to end."
            icon={<Octagon className="size-6" strokeWidth={1.5} />}
          />
        }
      />
      <Suspense>{isStopping && <StopDialog onClose={() => setStopping(false)} />}</Suspense>
    </Page>
  );
}

const COLUMNS: readonly Column<Stop>[] = [
  {
    id: "target",
    header: "Stopped",
    width: "minmax(220px,1.6fr)",
    cell: (stop) => <StopTarget of={stop} isTwoLines />,
  },
  {
    id: "reason",
    header: "Reason",
    width: "minmax(200px,1.6fr)",
    cell: ({ reason }) => (
      <AgentLine text={reason} className="line-clamp-2 whitespace-normal [overflow-wrap:anywhere]" />
    ),
  },
  { id: "state", header: "State", width: "92px", cell: (stop) => <StopState of={stop} /> },
  {
    id: "running",
    header: "Running work",
    width: "minmax(120px,0.7fr)",
    cell: (stop) => <span className="line-clamp-2 text-sm whitespace-normal text-ink-2">{confirmedText(stop)}</span>,
  },
  {
    id: "by",
    header: "By",
    width: "90px",
    cell: ({ stopped_by }) => <ActorName actor={stopped_by} />,
  },
  {
    id: "at",
    header: "When",
    width: "70px",
    isRight: true,
    cell: ({ created_at }) => (
      <span className="text-sm text-ink-2">
        <Time at={created_at} />
      </span>
    ),
  },
  {
    id: "lift",
    header: "Actions",
    isHeaderHidden: true,
    width: "64px",
    isRight: true,
    cell: ({ id, ended_at }) =>
      ended_at === null && (
        <span className="relative z-1">
          <LiftButton id={id} />
        </span>
      ),
  },
];

function StopLines({ of: stop }: { of: Stop }) {
  return (
    <div className="min-w-0 space-y-1">
      <div className="flex min-w-0 items-center gap-2">
        <span className="min-w-0 truncate font-medium">
          <StopTarget of={stop} />
        </span>
        <span className="ml-auto shrink-0">
          <StopState of={stop} />
        </span>
      </div>
      <AgentLine text={stop.reason} className="block truncate" />
      <div className="flex min-w-0 gap-2 text-sm text-ink-2">
        <span className="truncate">{confirmedText(stop)}</span>
        <span className="ml-auto shrink-0">
          <Time at={stop.created_at} />
        </span>
      </div>
    </div>
  );
}
