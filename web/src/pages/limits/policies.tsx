/** The limits, each with what is used, reserved and left. */
import type { Headroom, RiskPolicy } from "@bailiwick/sdk";
import { Ellipsis, ShieldCheck } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { LimitBar } from "../../ui/limit-bar.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { actText, typeLabel, usedText, valueText } from "./limit-words.ts";

const PolicyForm = lazyPart(() => import("./policy-form.tsx"), "PolicyForm");
const TopUpForm = lazyPart(() => import("../../domain/limits/top-up-form.tsx"), "TopUpForm");

interface PoliciesProps {
  isOpen: boolean;
  onClose: () => void;
  onCreate: () => void;
  denied: string | undefined;
}

type Rooms = ReadonlyMap<string, Headroom>;

export function Policies({ isOpen, onClose, onCreate, denied }: PoliciesProps) {
  const [opened, setOpened] = useState<Opened>();
  const list = useList({
    key: ["risk", "policies"],
    page: (client, at, call) => client.risk.listPolicies(at, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.risk.getPolicy({ id }),
  });
  const { data } = useRead(["risk", "headroom"], ({ risk }, call) => risk.getHeadroom({}, call));
  const rooms = new Map((data?.items ?? []).map((item) => [item.policy_id, item]));
  const menu = (policy: RiskPolicy) => <PolicyMenu of={policy} onOpen={(form) => setOpened({ form, policy })} />;
  return (
    <>
      <Table<RiskPolicy>
        label="Limits"
        list={list}
        columns={columnsOf(menu, rooms)}
        idOf={({ id }) => id}
        nameOf={nameOf}
        phonePx={96}
        phone={(policy) => (
          <div className="flex items-start gap-2">
            <PhoneLines of={policy} room={rooms.get(policy.id)} />
            {menu(policy)}
          </div>
        )}
        empty={<NoLimits denied={denied} onCreate={onCreate} />}
      />
      {isOpen && (
        <Suspense>
          <PolicyForm onClose={onClose} />
        </Suspense>
      )}
      {opened && <OpenedForm {...opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

type Form = "change" | "top-up" | "delete";
interface Opened {
  form: Form;
  policy: RiskPolicy;
}

function OpenedForm({ form, policy, onClose }: Opened & { onClose: () => void }) {
  const remove = useCommand({
    send: ({ risk }) => risk.deletePolicy({ id: policy.id }),
    changes: ["risk"],
    done: "Limit deleted",
  });
  return (
    <Suspense>
      {form === "change" && <PolicyForm of={policy} onClose={onClose} />}
      {form === "top-up" && <TopUpForm policyId={policy.id} onClose={onClose} />}
      <Confirm
        title="Delete this limit?"
        action="Delete"
        isDangerous
        isOpen={form === "delete"}
        onClose={onClose}
        onConfirm={async () => (await remove.run(undefined)) !== undefined}
      >
        What it did to agents stays until somebody takes it back.
      </Confirm>
    </Suspense>
  );
}

function PhoneLines({ of: policy, room }: { of: RiskPolicy; room: Headroom | undefined }) {
  return (
    <div className="min-w-0 grow space-y-1">
      <div className="flex items-center gap-2">
        <span className="font-medium">{nameOf(policy)}</span>
        <Scope of={policy} />
      </div>
      <Use of={policy} room={room} />
      <div className="text-sm text-ink-2">{stateText(policy)}</div>
    </div>
  );
}

function NoLimits({ denied, onCreate }: { denied: string | undefined; onCreate: () => void }) {
  return (
    <Empty
      title="Nothing limits what agents spend. A daily cap holds also when many agents start at once."
      icon={<ShieldCheck className="size-6" strokeWidth={1.5} />}
    >
      <Button look="primary" denied={denied} onClick={onCreate}>
        Set a daily cap
      </Button>
    </Empty>
  );
}

const nameOf = ({ policy_type }: RiskPolicy): string => typeLabel(policy_type);

function stateText(policy: RiskPolicy): string {
  if (!policy.is_enabled) return "off";
  return policy.mode === "shadow" ? `in shadow: ${actText(policy)}` : actText(policy);
}

function Scope({ of: { agent_id } }: { of: RiskPolicy }) {
  return agent_id === null ? <span className="text-ink-2">the workspace</span> : <AgentName id={agent_id} />;
}

/** A policy that is off has no headroom. */
function Use({ of: { policy_type, threshold_value }, room }: { of: RiskPolicy; room: Headroom | undefined }) {
  if (!room) return <span className="text-sm text-ink-2">{valueText(policy_type, threshold_value)}</span>;
  const { used, reserved, cap, top_up, unpriced_events } = room;
  return (
    <LimitBar use={{ used, reserved, cap: cap + top_up, hasUnpriced: unpriced_events > 0 }} label="Used">
      <span className="inline-block w-56 max-w-full">{usedText(room)}</span>
    </LimitBar>
  );
}

function columnsOf(menu: (policy: RiskPolicy) => ReactNode, rooms: Rooms): readonly Column<RiskPolicy>[] {
  return [
    {
      id: "type",
      header: "Limit",
      width: "minmax(132px,0.6fr)",
      cell: (policy) => <span className="font-medium">{nameOf(policy)}</span>,
    },
    { id: "whose", header: "Of", width: "minmax(120px,0.7fr)", cell: (policy) => <Scope of={policy} /> },
    {
      id: "use",
      header: "Used",
      width: "minmax(300px,1.6fr)",
      cell: (policy) => <Use of={policy} room={rooms.get(policy.id)} />,
    },
    {
      id: "act",
      header: "When it is passed",
      width: "minmax(200px,1fr)",
      cell: (policy) => <span className="text-ink-2">{stateText(policy)}</span>,
    },
    { id: "menu", header: "Actions", isHeaderHidden: true, width: "32px", cell: menu },
  ];
}

function PolicyMenu({ of: policy, onOpen }: { of: RiskPolicy; onOpen: (form: Form) => void }) {
  const { id, is_enabled, mode, policy_type } = policy;
  const denied = useDenied("risk:write");
  const update = useCommand({
    send: ({ risk }, change: { is_enabled?: boolean; mode?: "enforce" }) => risk.updatePolicy({ id, ...change }),
    changes: ["risk"],
    done: "Limit changed",
  });
  const isCap = policy_type === "daily_spend_cap" && is_enabled;
  return (
    <span className="relative z-1 inline-flex">
      <Menu
        trigger={
          <Button size="icon" look="quiet" label={`Actions for the limit ${nameOf(policy)}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          ...(isCap ? [{ label: "Top up…", denied, onSelect: () => onOpen("top-up") }] : []),
          { label: "Change…", denied, onSelect: () => onOpen("change") },
          ...(mode === "shadow"
            ? [{ label: "Enforce it", denied, onSelect: () => void update.run({ mode: "enforce" }) }]
            : []),
          {
            label: is_enabled ? "Turn off" : "Turn on",
            denied,
            onSelect: () => void update.run({ is_enabled: !is_enabled }),
          },
          "line",
          { label: "Delete…", denied, isDangerous: true, onSelect: () => onOpen("delete") },
        ]}
      />
    </span>
  );
}
