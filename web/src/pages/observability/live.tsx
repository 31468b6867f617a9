/** The events of the agents, those that arrived last first, and the last minutes as a strip. */
import { EVENT_STATUSES, type ObsEvent } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import { AgentFilter } from "../../domain/agents/agent-filter.tsx";
import { ConnectAgent } from "../../domain/connect-agent.tsx";
import { EVENT_COLUMNS, EventLines, nameOfEvent } from "../../domain/usage/event-columns.tsx";
import { EVENT_TYPES, EVENT_WORDS } from "../../domain/usage/event-types.ts";
import { refOf } from "../../domain/usage/event-words.ts";
import { useEvents } from "../../domain/usage/events.ts";
import { IdFilter } from "../../domain/usage/id-filter.tsx";
import { STATUS_WORDS } from "../../domain/usage/outcome.tsx";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { shortId } from "../../ui/id.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Filter } from "../../ui/toolbar.tsx";
import { useIsRoomy } from "../../ui/use-media.ts";
import { EventPanel } from "./event-detail.tsx";
import { LiveStrip } from "./live-strip.tsx";
import type { LiveSearch } from "./search.ts";
import { TaskChip } from "./task-chip.tsx";

const route = getRouteApi("/live");
/** The largest page of the API, so that the strip above the list covers some minutes. */
const PAGE_SIZE = 200;
const pageOf = (ref: string) => `/live/${ref}`;

export function LivePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: LiveSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const { agent_id, event_type, status, task_id, run_id } = search;
  const list = useEvents({ agent_id, event_type, status, task_id, run_id }, PAGE_SIZE);
  const isRoomy = useIsRoomy();
  const columns = search.open ? EVENT_COLUMNS.narrow : isRoomy ? EVENT_COLUMNS.all : EVENT_COLUMNS.most;
  const open = list.rows.find((event) => refOf(event) === search.open);
  return (
    <Page title="Live events" toolbar={<Filters search={search} onChange={set} />}>
      <Split
        detail={search.open && <EventPanel of={search.open} held={open} />}
        href={search.open && pageOf(search.open)}
        label="Event"
        onClose={() => set({ open: undefined })}
      >
        {list.rows.length > 0 && <LiveStrip events={list.rows} hasMore={list.hasMore} />}
        <Table<ObsEvent>
          label="Events"
          list={list}
          columns={columns}
          idOf={refOf}
          nameOf={nameOfEvent}
          hrefOf={(event) => pageOf(refOf(event))}
          onOpen={(event) => set({ open: refOf(event) })}
          openId={search.open}
          rowPx={36}
          phone={(event) => <EventLines event={event} />}
          empty={<NoEvents search={search} onClear={() => set(NO_FILTERS)} />}
        />
      </Split>
    </Page>
  );
}

const NO_FILTERS = {
  agent_id: undefined,
  event_type: undefined,
  status: undefined,
  task_id: undefined,
  run_id: undefined,
} as const;

interface FilterProps {
  search: LiveSearch;
  onChange: (change: LiveSearch) => void;
}

function Filters({ search, onChange }: FilterProps) {
  const { agent_id, event_type, status, task_id, run_id } = search;
  return (
    <>
      <Filter
        name="Type"
        isFirst
        value={event_type}
        options={EVENT_TYPES.map((value) => ({ value, label: EVENT_WORDS[value] }))}
        onChange={(value) => onChange({ event_type: value })}
      />
      <Filter
        name="Status"
        value={status}
        options={EVENT_STATUSES.map((value) => ({ value, label: STATUS_WORDS[value] }))}
        onChange={(value) => onChange({ status: value })}
      />
      <AgentFilter name="Agent" id={agent_id} onChange={(id) => onChange({ agent_id: id })} />
      {task_id && <TaskChip id={task_id} onClear={() => onChange({ task_id: undefined })} />}
      {run_id && <IdFilter name="Run" text={shortId(run_id)} onClear={() => onChange({ run_id: undefined })} />}
    </>
  );
}

function NoEvents({ search, onClear }: { search: LiveSearch; onClear: () => void }) {
  const isFiltered = Object.keys(NO_FILTERS).some((name) => search[name as keyof typeof NO_FILTERS] !== undefined);
  const icon = <Activity className="size-6" strokeWidth={1.5} />;
  if (!isFiltered) {
    return (
      <Empty title="No events yet. Agents send them over the API or export them as OpenTelemetry." icon={icon}>
        <ConnectAgent />
      </Empty>
    );
  }
  return (
    <Empty title="No event matches these filters." icon={icon}>
      <Button onClick={onClear}>Show all events</Button>
    </Empty>
  );
}
