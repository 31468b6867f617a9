/** The agents of the workspace, as a list with a panel. */
import { AGENT_STATUSES, AGENT_TYPES } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Bot, Plus, Upload } from "lucide-react";
import { Suspense, useState } from "react";
import { type AgentRow, useAgentRows } from "../../data/agent-rows.ts";
import { useDenied } from "../../data/session.tsx";
import { STATUS_WORDS, TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { type Room, RoomUsed, useRoom } from "../../domain/room.tsx";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Filter, SearchBox } from "../../ui/toolbar.tsx";
import { AgentBatch } from "./agent-batch.tsx";
import { AgentLines, useAgentColumns } from "./agent-columns.tsx";
import { AgentPanel } from "./agent-panel.tsx";
import type { AgentsSearch } from "./search.ts";

const route = getRouteApi("/agents");
const CreateAgent = lazyPart(() => import("./create-agent.tsx"), "CreateAgent");
const ImportAgent = lazyPart(() => import("./import-agent.tsx"), "ImportAgent");

export function AgentsPage() {
  const { search, set } = useAgentsSearch();
  const list = useAgentRows(search);
  const room = useRoom("agents");
  const hasExternal = list.rows.some(({ agent_type }) => agent_type !== "direct");
  const columns = useAgentColumns(search.open !== undefined, hasExternal);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const open = list.rows.find(({ id }) => id === search.open);
  const close = () => set({ open: undefined, ...NO_DETAIL });
  return (
    <Page
      title="Agents"
      about={<RoomUsed room={room} />}
      actions={<ListActions room={room} onCreate={(create) => set({ create })} />}
      toolbar={<AgentFilters search={search} onChange={set} />}
    >
      <Split
        detail={search.open && <AgentPanel id={search.open} search={search} onSearch={set} />}
        href={search.open && pageOf(search.open)}
        label={open ? `Agent ${open.name}` : "Agent"}
        onClose={close}
      >
        <Table<AgentRow>
          label="Agents"
          list={list}
          columns={columns}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          hrefOf={({ id }) => pageOf(id)}
          onOpen={({ id }) => set({ open: id, ...NO_DETAIL, tab: search.tab })}
          openId={search.open}
          phone={(row) => <AgentLines row={row} />}
          empty={<NoAgents search={search} room={room} onChange={set} />}
          selection={{ ids: selected, set: setSelected }}
        />
        <AgentBatch rows={list.rows} ids={selected} onClear={() => setSelected(new Set())} />
      </Split>
      <Suspense>
        {search.create === "yes" && <CreateAgent room={room} onClose={() => set({ create: undefined })} />}
        {search.create === "import" && <ImportAgent room={room} onClose={() => set({ create: undefined })} />}
      </Suspense>
    </Page>
  );
}

const NO_DETAIL = { tab: undefined, edit: undefined, compare: undefined } as const;
const pageOf = (id: string) => `/agents/${id}`;

function useAgentsSearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<AgentsSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  return { search, set };
}

function ListActions({ room, onCreate }: { room: Room | undefined; onCreate: (how: "yes" | "import") => void }) {
  const forbidden = useDenied("agents:write");
  const denied = forbidden ?? room?.full;
  useHotkeys([
    { keys: "c", label: "Create an agent", denied, run: () => onCreate("yes") },
    { label: "Import an agent from a file", denied, run: () => onCreate("import") },
  ]);
  return (
    <>
      <Button look="quiet" label="Import an agent" denied={denied} onClick={() => onCreate("import")}>
        <Upload aria-hidden className="size-4" />
        <span className="max-sm:hidden">Import</span>
      </Button>
      <Button look="primary" keys="c" denied={denied} onClick={() => onCreate("yes")}>
        <Plus aria-hidden className="size-4" />
        New agent
      </Button>
    </>
  );
}

interface FilterProps {
  search: AgentsSearch;
  onChange: (change: Partial<AgentsSearch>) => void;
}

function AgentFilters({ search, onChange }: FilterProps) {
  return (
    <>
      <SearchBox label="Search names" value={search.q} onChange={(q) => onChange({ q })} />
      <Filter
        name="Status"
        isFirst
        value={search.status}
        options={AGENT_STATUSES.map((value) => ({ value, label: STATUS_WORDS[value] }))}
        onChange={(status) => onChange({ status })}
      />
      <Filter
        name="Type"
        value={search.agent_type}
        options={AGENT_TYPES.map((value) => ({ value, label: TYPE_WORDS[value] }))}
        onChange={(agent_type) => onChange({ agent_type })}
      />
    </>
  );
}

function NoAgents({ search, room, onChange }: FilterProps & { room: Room | undefined }) {
  const denied = useDenied("agents:write") ?? room?.full;
  const isFiltered = search.q !== undefined || search.status !== undefined || search.agent_type !== undefined;
  if (isFiltered) {
    return (
      <Empty title="No agent matches these filters." icon={<Bot className="size-6" strokeWidth={1.5} />}>
        <Button onClick={() => onChange({ q: undefined, status: undefined, agent_type: undefined })}>
          Show all agents
        </Button>
      </Empty>
    );
  }
  return (
    <Empty
      title="No agents yet. An agent needs a name and a key to take work."
      icon={<Bot className="size-6" strokeWidth={1.5} />}
    >
      <Button look="primary" denied={denied} onClick={() => onChange({ create: "yes" })}>
        Create an agent
      </Button>
    </Empty>
  );
}
