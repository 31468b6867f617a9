/** The services that agents may act on. */
import type { Connection } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Cable, Plus } from "lucide-react";
import { Suspense } from "react";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { targetOf } from "../../domain/actions/action-parts.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Count } from "../../ui/count.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { ConnectionState, Users } from "./connection-parts.tsx";
import type { ConnectionsSearch } from "./search.ts";
import { SERVICES } from "./services.ts";

const ConnectionForm = lazyPart(() => import("./connection-form.tsx"), "ConnectionForm");
const route = getRouteApi("/connections");

export function ConnectionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: ConnectionsSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const list = useList({
    key: ["connections", "list"],
    page: ({ connections }, at, call) => connections.list(at, call),
    idOf: ({ id }) => id,
    one: ({ connections }, id) => connections.get({ id }),
  });
  const denied = useDenied("connections:write");
  const create = () => set({ create: "yes" });
  useHotkeys([{ keys: "c", label: "Connect a service", denied, run: create }]);
  return (
    <Page
      title="Connections"
      actions={
        <Button look="primary" keys="c" denied={denied} onClick={create}>
          <Plus aria-hidden className="size-4" />
          Connect a service
        </Button>
      }
    >
      <Table<Connection>
        label="Connections"
        list={list}
        columns={COLUMNS}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        hrefOf={({ id }) => `/connections/${id}`}
        rowPx={56}
        phonePx={88}
        phone={(connection) => <PhoneLines of={connection} />}
        empty={<NoConnections denied={denied} onCreate={create} />}
        foot="Agents propose actions on these services and never see a secret. A person approves what is sent."
      />
      <Suspense>
        {search.create === "yes" && (
          <ConnectionForm
            onClose={() => set({ create: undefined })}
            onSaved={({ id }) => void navigate({ to: "/connections/$id", params: { id } })}
          />
        )}
      </Suspense>
    </Page>
  );
}

function NoConnections({ denied, onCreate }: { denied: string | undefined; onCreate: () => void }) {
  return (
    <Empty
      title="No service is connected. Connect one, then agents can propose actions on it, and you decide."
      icon={<Cable className="size-6" strokeWidth={1.5} />}
    >
      <Button look="primary" denied={denied} onClick={onCreate}>
        Connect a service
      </Button>
    </Empty>
  );
}

function Title({ of: connection }: { of: Connection }) {
  return (
    <span className="flex min-w-0 flex-col items-start *:max-w-full">
      <AgentLine text={connection.name} className="truncate font-medium" />
      <AgentLine text={targetOf(connection)} className="truncate text-sm text-ink-3" />
    </span>
  );
}

function PhoneLines({ of: connection }: { of: Connection }) {
  return (
    <div className="space-y-1">
      <div className="flex min-w-0 items-center gap-2">
        <Title of={connection} />
        <span className="ml-auto shrink-0">
          <ConnectionState of={connection} />
        </span>
      </div>
      <p className="flex min-w-0 gap-x-2 text-sm text-ink-2">
        {SERVICES[connection.service_type].label}
        <Users of={connection} />
      </p>
    </div>
  );
}

const COLUMNS: readonly Column<Connection>[] = [
  { id: "name", header: "Name", width: "minmax(200px,1.4fr)", cell: (connection) => <Title of={connection} /> },
  {
    id: "service",
    header: "Service",
    width: "110px",
    cell: ({ service_type }) => <span className="text-ink-2">{SERVICES[service_type].label}</span>,
  },
  {
    id: "state",
    header: "State",
    width: "minmax(180px,1.2fr)",
    cell: (connection) => (
      <span className="flex flex-col items-start *:max-w-full">
        <ConnectionState of={connection} />
        {connection.last_error != null && (
          <AgentLine text={connection.last_error} className="truncate text-sm text-ink-2" />
        )}
      </span>
    ),
  },
  { id: "users", header: "Used by", width: "minmax(130px,0.8fr)", cell: (connection) => <Users of={connection} /> },
  {
    id: "uses",
    header: "Uses",
    width: "64px",
    isRight: true,
    cell: ({ usage_count }) => <Count value={usage_count ?? 0} />,
  },
  {
    id: "last",
    header: "Last used",
    width: "88px",
    isRight: true,
    cell: ({ last_used_at }) => (
      <span className="text-sm text-ink-2">
        <Time at={last_used_at} empty="never" />
      </span>
    ),
  },
];
