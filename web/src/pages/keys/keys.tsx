/** The keys of the workspace, with which agents and services authenticate. */
import type { Key } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { KeyMenu, type KeyStep, useKeyDialogs } from "../../domain/keys/key-actions.tsx";
import { KeyLines, KeyMaker, KeyReach, KeyStateChip, KeyTitle } from "../../domain/keys/key-parts.tsx";
import { RoomUsed, useRoom } from "../../domain/room.tsx";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { ClearFilter, Filter } from "../../ui/toolbar.tsx";
import type { KeysSearch } from "./search.ts";

const route = getRouteApi("/keys");
/** The name and the prefix stand in two lines. */
const ROW_PX = 56;

function useKeysSearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: KeysSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  return { search, set };
}

export function KeysPage() {
  const { search, set } = useKeysSearch();
  const { kind, status, agent_id } = search;
  const filter = { kind, status, agent_id };
  const list = useList({
    key: ["keys", "list", filter],
    page: (client, at, call) => client.keys.list({ ...at, ...filter }, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.keys.get({ id }),
  });
  const room = useRoom("keys");
  const denied = useDenied("keys:write") ?? room?.full;
  const create = () => set({ create: "yes" });
  const { open, dialogs } = useKeyDialogs({
    isOpen: search.create === "yes",
    onClose: () => set({ create: undefined }),
  });
  useHotkeys([{ keys: "c", label: "Create a key", denied, run: create }]);
  return (
    <Page
      title="Keys"
      about={<RoomUsed room={room} />}
      actions={
        <Button look="primary" keys="c" denied={denied} onClick={create}>
          <Plus aria-hidden className="size-4" />
          New key
        </Button>
      }
      toolbar={<KeyFilters search={search} onChange={set} />}
    >
      <Table<Key>
        label="Keys"
        list={list}
        columns={columnsOf(open)}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        rowPx={ROW_PX}
        phone={(key) => (
          <div className="flex items-center gap-2">
            <KeyLines of={key} />
            <KeyMenu of={key} onChoose={open} />
          </div>
        )}
        empty={<NoKeys search={search} denied={denied} onCreate={create} onClear={() => set(NO_FILTERS)} />}
      />
      {dialogs}
    </Page>
  );
}

const NO_FILTERS = { kind: undefined, status: undefined, agent_id: undefined } as const;

function columnsOf(open: (step: KeyStep, key: Key) => void): readonly Column<Key>[] {
  return [
    { id: "name", header: "Name", width: "minmax(220px,1.3fr)", cell: (key) => <KeyTitle of={key} /> },
    {
      id: "kind",
      header: "Kind",
      width: "64px",
      cell: ({ kind }) => <span className="text-ink-2">{kind === "agent" ? "Agent" : "Service"}</span>,
    },
    { id: "reach", header: "Agent or scopes", width: "minmax(170px,1.3fr)", cell: (key) => <KeyReach of={key} /> },
    { id: "state", header: "State", width: "minmax(112px,0.9fr)", cell: (key) => <KeyStateChip of={key} /> },
    { id: "used", header: "Last used", width: "80px", cell: ({ last_used_at }) => <When at={last_used_at} /> },
    { id: "expires", header: "Expires", width: "80px", cell: ({ expires_at }) => <When at={expires_at} /> },
    { id: "maker", header: "Created by", width: "minmax(80px,0.7fr)", cell: (key) => <KeyMaker of={key} /> },
    { id: "created", header: "Created", width: "80px", cell: ({ created_at }) => <When at={created_at} /> },
    {
      id: "menu",
      header: "Actions",
      isHeaderHidden: true,
      width: "32px",
      cell: (key) => <KeyMenu of={key} onChoose={open} />,
    },
  ];
}

const When = ({ at }: { at: string | null }) => (
  <span className="text-sm text-ink-2">
    <Time at={at} empty="never" />
  </span>
);

interface FilterProps {
  search: KeysSearch;
  onChange: (change: KeysSearch) => void;
}

function KeyFilters({ search, onChange }: FilterProps) {
  return (
    <>
      <Filter
        name="State"
        isFirst
        value={search.status}
        options={[
          { value: "usable", label: "Usable" },
          { value: "revoked", label: "Revoked" },
          { value: "expired", label: "Expired" },
        ]}
        onChange={(status) => onChange({ status })}
      />
      <Filter
        name="Kind"
        value={search.kind}
        options={[
          { value: "agent", label: "Agent" },
          { value: "service", label: "Service" },
        ]}
        onChange={(kind) => onChange({ kind })}
      />
      {search.agent_id && (
        <span className="inline-flex h-7 max-w-60 items-center gap-1 rounded-full border border-accent-ink pl-2.5 text-sm">
          <AgentName id={search.agent_id} />
          <ClearFilter name="Agent" onClear={() => onChange({ agent_id: undefined })} />
        </span>
      )}
    </>
  );
}

interface NoKeysProps {
  search: KeysSearch;
  denied: string | undefined;
  onCreate: () => void;
  onClear: () => void;
}

function NoKeys({ search, denied, onCreate, onClear }: NoKeysProps) {
  const isFiltered = search.kind !== undefined || search.status !== undefined || search.agent_id !== undefined;
  return (
    <Empty
      title={isFiltered ? "No key matches these filters." : "No keys yet. Agents and services need a key."}
      icon={<KeyRound className="size-6" strokeWidth={1.5} />}
    >
      {isFiltered ? (
        <Button onClick={onClear}>Show all keys</Button>
      ) : (
        <Button look="primary" denied={denied} onClick={onCreate}>
          Create a key
        </Button>
      )}
    </Empty>
  );
}
