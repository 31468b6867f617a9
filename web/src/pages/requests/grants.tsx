/** Grants: what each agent may change by itself, and what is left. */
import type { Grant } from "@bailiwick/sdk";
import { KeyRound } from "lucide-react";
import { useList } from "../../data/list.ts";
import { PersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { GrantLeft, GrantState, RevokeGrant } from "../../domain/requests/grant-parts.tsx";
import { boundsOf } from "../../domain/requests/request-words.ts";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";

export function Grants() {
  const list = useList<Grant>({
    key: ["governance", "grants"],
    page: ({ governance }, at, call) => governance.listGrants({ ...at, include_ended: true }, call),
    idOf: ({ id }) => id,
  });
  return (
    <Table<Grant>
      label="Grants"
      list={list}
      columns={COLUMNS}
      idOf={({ id }) => id}
      nameOf={boundsText}
      hrefOf={({ request_id }) => `/requests/${request_id}`}
      phonePx={112}
      phone={(grant) => <PhoneLines of={grant} />}
      empty={
        <Empty
          title="No agent has a grant. Approving a request with a grant lets its agent change the limit by itself for a time."
          icon={<KeyRound className="size-6" strokeWidth={1.5} />}
        />
      }
    />
  );
}

const boundsText = (grant: Grant): string => boundsOf(grant).join(", ");

function PhoneLines({ of: grant }: { of: Grant }) {
  return (
    <div className="space-y-1">
      <div className="flex items-center gap-2">
        <AgentName id={grant.agent_id} isLink={false} />
        <span className="ml-auto">
          <GrantState of={grant} />
        </span>
      </div>
      <p className="text-sm">{boundsText(grant)}</p>
      <div className="flex items-center gap-2">
        <GrantLeft of={grant} />
        <span className="ml-auto">
          <RevokeGrant of={grant} />
        </span>
      </div>
    </div>
  );
}

const COLUMNS: readonly Column<Grant>[] = [
  {
    id: "agent",
    header: "Agent",
    width: "minmax(130px,0.7fr)",
    cell: ({ agent_id }) => <AgentName id={agent_id} isLink={false} />,
  },
  {
    id: "bounds",
    header: "May change by itself",
    width: "minmax(230px,1.2fr)",
    cell: (grant) => <span className="block truncate font-medium">{boundsText(grant)}</span>,
  },
  { id: "left", header: "Left", width: "minmax(240px,1.1fr)", cell: (grant) => <GrantLeft of={grant} /> },
  { id: "state", header: "State", width: "100px", cell: (grant) => <GrantState of={grant} /> },
  {
    id: "by",
    header: "Granted by",
    width: "minmax(110px,0.6fr)",
    cell: ({ granted_by }) => <PersonName id={granted_by} />,
  },
  {
    id: "when",
    header: "When",
    width: "80px",
    isRight: true,
    cell: ({ valid_from }) => (
      <span className="text-sm text-ink-2">
        <Time at={valid_from} />
      </span>
    ),
  },
  {
    id: "revoke",
    header: "Actions",
    isHeaderHidden: true,
    width: "84px",
    isRight: true,
    cell: (grant) => <RevokeGrant of={grant} />,
  },
];
