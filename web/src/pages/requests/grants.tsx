/** Grants: what each agent may change by itself, and what is left. */
import type { Grant } from "@bailiwick/sdk";
import { CircleCheck, CircleSlash, Clock, KeyRound } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { PersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { boundsOf } from "../../domain/requests/request-words.ts";
import { Chip } from "../../domain/status.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { shortUsd } from "../../ui/money.tsx";
import { Ring, UsesLeft } from "../../ui/ring.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Countdown, Time, useNow } from "../../ui/time.tsx";

const LOOKS = {
  active: { tone: "completed", icon: CircleCheck, word: "Active" },
  used_up: { tone: "queued", icon: CircleSlash, word: "Used up" },
  expired: { tone: "queued", icon: Clock, word: "Over" },
  revoked: { tone: "queued", icon: CircleSlash, word: "Revoked" },
} as const;
/** Up to this number, the uses are dots. */
const DOTS_MAX = 10;

export function Grants() {
  const [revoked, setRevoked] = useState<Grant>();
  const list = useList<Grant>({
    key: ["governance", "grants"],
    page: ({ governance }, at, call) => governance.listGrants({ ...at, include_ended: true }, call),
    idOf: ({ id }) => id,
  });
  const revoke = (grant: Grant) => <Revoke of={grant} onRevoke={() => setRevoked(grant)} />;
  return (
    <>
      <Table<Grant>
        label="Grants"
        list={list}
        columns={columnsOf(revoke)}
        idOf={({ id }) => id}
        nameOf={boundsText}
        phonePx={112}
        phone={(grant) => (
          <div className="space-y-1">
            <div className="flex items-center gap-2">
              <AgentName id={grant.agent_id} />
              <span className="ml-auto">
                <GrantState of={grant} />
              </span>
            </div>
            <p className="text-sm">{boundsText(grant)}</p>
            <div className="flex items-center gap-2">
              <Left of={grant} />
              <span className="ml-auto">{revoke(grant)}</span>
            </div>
          </div>
        )}
        empty={
          <Empty
            title="No agent has a grant. Approving a request with a grant lets its agent change the limit by itself for a time."
            icon={<KeyRound className="size-6" strokeWidth={1.5} />}
          />
        }
      />
      {revoked && <RevokeConfirm of={revoked} onClose={() => setRevoked(undefined)} />}
    </>
  );
}

const boundsText = (grant: Grant): string => boundsOf(grant, grant.policy_type).join(", ");

function GrantState({ of: { status } }: { of: Grant }) {
  return <Chip {...LOOKS[status]} isPlain />;
}

/** The uses, the money and the time that are left. */
function Left({ of: grant }: { of: Grant }) {
  const { max_uses, uses, uses_left, spend_delta_left, valid_from, valid_to, active } = grant;
  const now = useNow();
  if (!active) return <span className="text-sm text-ink-3">{uses === 1 ? "used once" : `used ${uses} times`}</span>;
  const [from, until] = [Date.parse(valid_from), Date.parse(valid_to)];
  return (
    <span className="flex items-center gap-2 text-sm text-ink-2">
      <Ring use={{ used: Math.max(0, now - from), cap: until - from }} label="The time that is used" />
      <Countdown until={valid_to} />
      {max_uses !== null && max_uses <= DOTS_MAX && <UsesLeft left={uses_left ?? 0} of={max_uses} />}
      {max_uses !== null && max_uses > DOTS_MAX && <span>{uses_left} uses</span>}
      {spend_delta_left !== null && <span>{shortUsd(spend_delta_left)}</span>}
    </span>
  );
}

function columnsOf(revoke: (grant: Grant) => ReactNode): readonly Column<Grant>[] {
  return [
    { id: "agent", header: "Agent", width: "minmax(130px,0.7fr)", cell: ({ agent_id }) => <AgentName id={agent_id} /> },
    {
      id: "bounds",
      header: "May change by itself",
      width: "minmax(220px,1.3fr)",
      cell: (grant) => <span className="block truncate font-medium">{boundsText(grant)}</span>,
    },
    { id: "left", header: "Left", width: "minmax(200px,1fr)", cell: (grant) => <Left of={grant} /> },
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
    { id: "revoke", header: "Actions", isHeaderHidden: true, width: "84px", isRight: true, cell: revoke },
  ];
}

function Revoke({ of: { active }, onRevoke }: { of: Grant; onRevoke: () => void }) {
  const denied = useDenied("governance:write");
  if (!active) return null;
  return (
    <Button size="small" className="relative z-1" denied={denied} onClick={onRevoke}>
      Revoke…
    </Button>
  );
}

function RevokeConfirm({ of: { id }, onClose }: { of: Grant; onClose: () => void }) {
  const revoke = useCommand({
    send: ({ governance }) => governance.revokeGrant({ id }),
    changes: ["governance"],
    done: "Grant revoked",
  });
  return (
    <Confirm
      title="Revoke this grant?"
      action="Revoke"
      isDangerous
      isOpen
      onClose={onClose}
      onConfirm={async () => (await revoke.run(undefined)) !== undefined}
    >
      It ends at once. What the agent changed with it stays.
    </Confirm>
  );
}
