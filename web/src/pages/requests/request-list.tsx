/** Requests, newest first. */
import type { PolicyRequest } from "@bailiwick/sdk";
import { Scale } from "lucide-react";
import { useList } from "../../data/list.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { RequestState } from "../../domain/requests/request-parts.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";

interface ListProps {
  isPending: boolean;
  open: string | undefined;
  onOpen: (id: string) => void;
}

export function RequestList({ isPending, open, onOpen }: ListProps) {
  const list = useList<PolicyRequest>({
    key: ["governance", "requests", { isPending }],
    page: ({ governance }, at, call) =>
      isPending ? governance.listPending(at, call) : governance.listRequests(at, call),
    idOf: ({ id }) => id,
    one: ({ governance }, id) => governance.getRequest({ id }),
  });
  return (
    <Table<PolicyRequest>
      label={isPending ? "Requests that wait for a decision" : "Requests"}
      list={list}
      columns={open ? COLUMNS.narrow : isPending ? COLUMNS.pending : COLUMNS.all}
      idOf={({ id }) => id}
      nameOf={({ title }) => title}
      hrefOf={({ id }) => `/requests/${id}`}
      onOpen={({ id }) => onOpen(id)}
      openId={open}
      phonePx={96}
      phone={(request) => <PhoneLines of={request} />}
      empty={<NoRequests isPending={isPending} />}
    />
  );
}

function NoRequests({ isPending }: { isPending: boolean }) {
  const title = isPending
    ? "No request waits for a decision."
    : "No agent has requested a change of a limit yet. Agents do so when a limit holds them up.";
  return <Empty title={title} icon={<Scale className="size-6" strokeWidth={1.5} />} />;
}

function PhoneLines({ of: request }: { of: PolicyRequest }) {
  return (
    <div className="space-y-1">
      <p className="line-clamp-2 font-medium">{request.title}</p>
      <div className="flex items-center gap-2 text-sm">
        <AgentName id={request.agent_id} isLink={false} />
        <span className="ml-auto shrink-0 text-ink-3">
          <Time at={request.requested_at} />
        </span>
      </div>
      <RequestState of={request} />
    </div>
  );
}

type RequestColumn = Column<PolicyRequest>;

const ASK: RequestColumn = {
  id: "ask",
  header: "Change",
  width: "minmax(280px,1.6fr)",
  cell: ({ title }) => <span className="block truncate font-medium">{title}</span>,
};
const AGENT: RequestColumn = {
  id: "agent",
  header: "Agent",
  width: "minmax(120px,0.7fr)",
  cell: ({ agent_id }) => <AgentName id={agent_id} isLink={false} />,
};
const REASON: RequestColumn = {
  id: "reason",
  header: "Reason",
  width: "minmax(160px,1.2fr)",
  cell: ({ reason }) => <AgentLine text={reason} className="block truncate text-ink-2" />,
};
const STATE: RequestColumn = {
  id: "state",
  header: "State",
  width: "minmax(170px,0.7fr)",
  cell: (request) => <RequestState of={request} />,
};
const timeColumn = (id: "requested_at" | "expires_at", header: string): RequestColumn => ({
  id,
  header,
  width: "88px",
  isRight: true,
  cell: (request) => (
    <span className="text-sm text-ink-2">
      <Time at={request[id]} />
    </span>
  ),
});
const REQUESTED = timeColumn("requested_at", "Requested");

const COLUMNS = {
  pending: [ASK, AGENT, REASON, timeColumn("expires_at", "Expires"), REQUESTED],
  all: [ASK, AGENT, REASON, STATE, REQUESTED],
  narrow: [ASK, AGENT, REQUESTED],
};
