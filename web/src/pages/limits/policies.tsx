/** The limits, each with what is used, reserved and left. */
import type { Headroom, RiskPolicy } from "@bailiwick/sdk";
import { CircleDashed, Ellipsis, ShieldAlert, ShieldCheck, TriangleAlert } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { actText, typeLabel, usedText, valueText } from "../../domain/limits/limit-words.ts";
import { Chip } from "../../domain/status.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { limitLevel } from "../../ui/limit.ts";
import { LimitBar } from "../../ui/limit-bar.tsx";
import { Menu } from "../../ui/menu.tsx";
import { shortUsd } from "../../ui/money.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { DefaultBreakers } from "./default-breakers.tsx";
import { EnforceButton, useMode, WouldHave } from "./enforce.tsx";
import { Ladder } from "./ladder.tsx";
import { byLevel, isLoopBreaker, lastText, mayText, placeIn } from "./limit-sentence.ts";

const PolicyForm = lazyPart(() => import("./policy-form.tsx"), "PolicyForm");
const TopUpForm = lazyPart(() => import("../../domain/limits/top-up-form.tsx"), "TopUpForm");

interface PoliciesProps {
  isOpen: boolean;
  /** The agent of the new limit. */
  agentId: string | undefined;
  onClose: () => void;
  onCreate: () => void;
  denied: string | undefined;
}

type Rooms = ReadonlyMap<string, Headroom>;

export function Policies({ isOpen, agentId, onClose, onCreate, denied }: PoliciesProps) {
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
        list={{ ...list, rows: byLevel(list.rows, rooms) }}
        columns={columnsOf(menu, rooms)}
        idOf={({ id }) => id}
        nameOf={nameOf}
        rowPx={60}
        phonePx={116}
        phone={(policy) => (
          <div className="flex items-start gap-2">
            <PhoneLines of={policy} room={rooms.get(policy.id)} />
            {menu(policy)}
          </div>
        )}
        empty={<NoLimits denied={denied} onCreate={onCreate} />}
      />
      <DefaultBreakers />
      {isOpen && (
        <Suspense>
          <PolicyForm agentId={agentId} onClose={onClose} />
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
    <div className="min-w-0 grow space-y-1.5">
      <May of={policy} />
      <Use of={policy} room={room} />
      <Act of={policy} room={room} />
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

const isShadow = ({ mode, is_enabled }: RiskPolicy): boolean => mode === "shadow" && is_enabled;
const nameOf = ({ policy_type }: RiskPolicy): string => typeLabel(policy_type);

interface RoomProps {
  of: RiskPolicy;
  /** A policy that is off has none. */
  room: Headroom | undefined;
}

function May({ of: policy }: { of: RiskPolicy }) {
  const { agent_id } = policy;
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 font-medium">
      {agent_id !== null ? (
        <AgentName id={agent_id} />
      ) : isLoopBreaker(policy.policy_type) ? (
        "Each agent"
      ) : (
        "The workspace"
      )}
      <span className="font-normal text-ink-2">{mayText(policy)}</span>
    </span>
  );
}

/** The act of the limit, with its place among the acts. */
function Act({ of: policy, room }: RoomProps) {
  const isActing = room !== undefined && policy.mode === "enforce" && limitLevel(placeIn(room)) === "full";
  return (
    <span className="flex min-w-0 items-center gap-2 text-sm text-ink-3">
      <Ladder action={policy.action_type} isActing={isActing} />
      <span className="truncate">{actText(policy)}</span>
      {policy.mode === "shadow" && <Chip tone="queued" icon={CircleDashed} word="Shadow" />}
      {!policy.is_enabled && <Chip tone="queued" icon={CircleDashed} word="Off" />}
    </span>
  );
}

function Use({ of: policy, room }: RoomProps) {
  const { policy_type, threshold_value } = policy;
  if (isLoopBreaker(policy_type) && isShadow(policy)) return <WouldHave of={policy} />;
  if (isLoopBreaker(policy_type)) return <span className="text-sm text-ink-3">watches each piece of work</span>;
  if (!room) return <span className="text-sm text-ink-2">{valueText(policy_type, threshold_value)}</span>;
  const use = placeIn(room);
  return (
    <LimitBar use={use} label="Used" isStacked sign={<LevelWord of={room} />}>
      {usedText(room)}
    </LimitBar>
  );
}

/** Colour alone says nothing. */
function LevelWord({ of: room }: { of: Headroom }) {
  const level = limitLevel(placeIn(room));
  if (level === "free") return null;
  const isPassed = room.state === "exceeded";
  const [word, Icon, tone] =
    level === "near"
      ? (["Near", TriangleAlert, "text-blocked"] as const)
      : ([isPassed ? "Passed" : "Full", ShieldAlert, "text-failed"] as const);
  return (
    <span className={`mr-2 inline-flex items-center gap-1 align-bottom font-medium ${tone}`}>
      <Icon aria-hidden className="size-3.5" strokeWidth={2.25} />
      {word}
    </span>
  );
}

/** The rest of the day, and when the next begins. The window of a rate moves. */
function Left({ of: { policy_type, left, resets_at }, windowText }: { of: Headroom; windowText: string }) {
  const text = policy_type === "daily_spend_cap" ? shortUsd(Math.abs(left)) : valueText(policy_type, Math.abs(left));
  return (
    <>
      <div className="tabular-nums">
        {text} <span className="text-ink-3">{left < 0 ? "over" : "left"}</span>
      </div>
      <div className="text-sm text-ink-3">
        {resets_at === null ? (
          windowText
        ) : (
          <>
            resets <Time at={resets_at} />
          </>
        )}
      </div>
    </>
  );
}

function columnsOf(menu: (policy: RiskPolicy) => ReactNode, rooms: Rooms): readonly Column<RiskPolicy>[] {
  const roomOf = ({ id }: RiskPolicy) => rooms.get(id);
  return [
    {
      id: "limit",
      header: "Limit, and what follows when it is passed",
      width: "minmax(280px,1fr)",
      cell: (policy) => (
        <>
          <May of={policy} />
          <Act of={policy} room={roomOf(policy)} />
        </>
      ),
    },
    {
      id: "use",
      header: "Used",
      width: "minmax(240px,1fr)",
      cell: (policy) => <Use of={policy} room={roomOf(policy)} />,
    },
    {
      id: "left",
      header: "Left",
      width: "156px",
      isRight: true,
      cell: (policy) => {
        const room = roomOf(policy);
        if (isLoopBreaker(policy.policy_type) && isShadow(policy)) return <EnforceButton of={policy} />;
        return room && <Left of={room} windowText={lastText(policy)} />;
      },
    },
    { id: "menu", header: "Actions", isHeaderHidden: true, width: "32px", cell: menu },
  ];
}

function PolicyMenu({ of: policy, onOpen }: { of: RiskPolicy; onOpen: (form: Form) => void }) {
  const { id, is_enabled, mode, policy_type } = policy;
  const denied = useDenied("risk:write");
  const update = useCommand({
    send: ({ risk }, change: { is_enabled: boolean }) => risk.updatePolicy({ id, ...change }),
    changes: ["risk"],
    done: "Limit changed",
  });
  const setMode = useMode(policy);
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
          mode === "shadow"
            ? { label: "Enforce it", denied, onSelect: () => void setMode.run("enforce") }
            : { label: "Back to shadow", denied, onSelect: () => void setMode.run("shadow") },
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
