/** The alert rules, each with its state. */
import type { AlertRule } from "@bailiwick/sdk";
import { BellOff, CircleCheck, CirclePause, Ellipsis, SlidersHorizontal } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AlertLevel } from "../../domain/alerts/alert-parts.tsx";
import { Chip } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Countdown, Time, useNow } from "../../ui/time.tsx";
import { NamedLines } from "./named-lines.tsx";
import { thresholdText } from "./rule-words.ts";
import { SentTo } from "./sent-to.tsx";

const RuleForm = lazyPart(() => import("./rule-form.tsx"), "RuleForm");

export interface TabProps {
  isOpen: boolean;
  onClose: () => void;
  onCreate: () => void;
  denied: string | undefined;
}

export function Rules({ isOpen, onClose, onCreate, denied }: TabProps) {
  const [edited, setEdited] = useState<AlertRule>();
  const [deleted, setDeleted] = useState<AlertRule>();
  const list = useList({
    key: ["alerts", "rules"],
    page: (client, at, call) => client.alerts.listRules(at, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.alerts.getRule({ id }),
  });
  const remove = useCommand({
    send: ({ alerts }, { id }: AlertRule) => alerts.deleteRule({ id }),
    changes: ["alerts", "tiers"],
    done: "Rule deleted",
  });
  const menu = (rule: AlertRule) => (
    <RuleMenu of={rule} onEdit={() => setEdited(rule)} onDelete={() => setDeleted(rule)} />
  );
  return (
    <>
      <Table<AlertRule>
        label="Alert rules"
        list={list}
        columns={columnsOf(menu)}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        phone={(rule) => <RuleLines of={rule} menu={menu(rule)} />}
        empty={<NoRules denied={denied} onCreate={onCreate} />}
        foot={<SentTo />}
      />
      <Suspense>
        {isOpen && <RuleForm onClose={onClose} />}
        {edited && <RuleForm of={edited} onClose={() => setEdited(undefined)} />}
      </Suspense>
      <Confirm
        title="Delete this rule?"
        action="Delete"
        isDangerous
        isOpen={deleted !== undefined}
        onClose={() => setDeleted(undefined)}
        onConfirm={async () => deleted !== undefined && (await remove.run(deleted)) !== undefined}
      >
        Its open alert is closed. Alerts that fired are kept.
      </Confirm>
    </>
  );
}

function RuleLines({ of: rule, menu }: { of: AlertRule; menu: ReactNode }) {
  return (
    <div className="flex items-center gap-2">
      <NamedLines name={rule.name} state={<RuleState of={rule} />} text={thresholdText(rule)} />
      {menu}
    </div>
  );
}

function NoRules({ denied, onCreate }: { denied: string | undefined; onCreate: () => void }) {
  return (
    <Empty
      title="No rules yet. A rule fires an alert when a cost, an error rate or a silence passes a threshold."
      icon={<SlidersHorizontal className="size-6" strokeWidth={1.5} />}
    >
      <Button look="primary" denied={denied} onClick={onCreate}>
        Create a rule
      </Button>
    </Empty>
  );
}

function columnsOf(menu: (rule: AlertRule) => ReactNode): readonly Column<AlertRule>[] {
  return [
    {
      id: "name",
      header: "Name",
      width: "minmax(180px,1.2fr)",
      cell: ({ name }) => <AgentLine text={name} className="truncate font-medium" />,
    },
    {
      id: "when",
      header: "Fires",
      width: "minmax(220px,1.6fr)",
      cell: (rule) => <span className="text-ink-2">{thresholdText(rule)}</span>,
    },
    {
      id: "whose",
      header: "About",
      width: "minmax(120px,0.8fr)",
      cell: ({ agent_id }) =>
        agent_id === null ? <span className="text-ink-2">the workspace</span> : <AgentName id={agent_id} />,
    },
    { id: "state", header: "State", width: "minmax(112px,0.6fr)", cell: (rule) => <RuleState of={rule} /> },
    {
      id: "fired",
      header: "Last fired",
      width: "88px",
      isRight: true,
      cell: ({ last_triggered_at }) => (
        <span className="text-sm text-ink-2">
          <Time at={last_triggered_at} empty="never" />
        </span>
      ),
    },
    { id: "menu", header: "Actions", isHeaderHidden: true, width: "32px", cell: menu },
  ];
}

function RuleState({ of: { is_enabled, muted_until, level } }: { of: AlertRule }) {
  const now = useNow();
  if (!is_enabled) return <Chip tone="queued" icon={CirclePause} word="Off" isPlain />;
  if (muted_until !== null && Date.parse(muted_until) > now) {
    return (
      <span className="inline-flex items-center gap-1">
        <Chip tone="queued" icon={BellOff} word="Muted" isPlain />
        <span className="text-xs text-ink-3">
          <Countdown until={muted_until} />
        </span>
      </span>
    );
  }
  return level === null ? (
    <Chip tone="completed" icon={CircleCheck} word="Quiet" isPlain />
  ) : (
    <AlertLevel of={{ level }} />
  );
}

const HOUR_MS = 3_600_000;
const MUTES = [
  { label: "Mute for an hour", hours: 1 },
  { label: "Mute for a day", hours: 24 },
] as const;

interface MenuProps {
  of: AlertRule;
  onEdit: () => void;
  onDelete: () => void;
}

function RuleMenu({ of: { id, name, is_enabled, muted_until }, onEdit, onDelete }: MenuProps) {
  const denied = useDenied("obs:manage");
  const now = useNow();
  const update = useCommand({
    send: ({ alerts }, change: { is_enabled?: boolean; muted_until?: string | null }) =>
      alerts.updateRule({ id, ...change }),
    changes: ["alerts"],
    done: "Rule changed",
  });
  const test = useCommand({
    send: ({ alerts }) => alerts.sendTest({ id }),
    done: "Test sent to the channels for alerts",
  });
  const isMuted = muted_until !== null && Date.parse(muted_until) > now;
  const mutes = MUTES.map(({ label, hours }) => ({
    label,
    denied,
    onSelect: () => void update.run({ muted_until: new Date(Date.now() + hours * HOUR_MS).toISOString() }),
  }));
  const unmute = { label: "Unmute", denied, onSelect: () => void update.run({ muted_until: null }) };
  return (
    <span className="relative z-1 inline-flex">
      <Menu
        trigger={
          <Button size="icon" look="quiet" label={`Actions for the rule ${name.slice(0, 60)}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          { label: "Change…", denied, onSelect: onEdit },
          { label: "Send a test", denied, onSelect: () => void test.run(undefined) },
          ...(isMuted ? [unmute] : mutes),
          {
            label: is_enabled ? "Turn off" : "Turn on",
            denied,
            onSelect: () => void update.run({ is_enabled: !is_enabled }),
          },
          "line",
          { label: "Delete…", denied, isDangerous: true, onSelect: onDelete },
        ]}
      />
    </span>
  );
}
