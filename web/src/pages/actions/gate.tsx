/** The gate rules, which decide about the calls of tools that agents are about to make, and what they decided last. */
import type { GateRule } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { CircleCheck, CircleX, DoorClosed, Hourglass, Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { FactList } from "../../domain/facts/fact-list.tsx";
import { Chip } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { ActionViews } from "./views.tsx";

const GateForm = lazyPart(() => import("./gate-form.tsx"), "GateForm");
const route = getRouteApi("/actions/gate");
const DECISIONS_SHOWN = 20;

export function GatePage() {
  const { create } = route.useSearch();
  const navigate = route.useNavigate();
  const denied = useDenied("actions:decide");
  const setCreate = (value: "yes" | undefined) =>
    void navigate({ search: (now) => ({ ...now, create: value }), replace: value === undefined });
  const open = () => setCreate("yes");
  useHotkeys([{ keys: "c", label: "Make a gate rule", denied, run: open }]);
  return (
    <Page
      title="Gate"
      up={{ href: "/actions", label: "Go to actions" }}
      actions={
        <Button look="primary" keys="c" denied={denied} onClick={open}>
          <Plus aria-hidden className="size-4" />
          New rule
        </Button>
      }
      toolbar={<ActionViews view="gate" />}
    >
      <Rules />
      <Suspense>{create === "yes" && <GateForm onClose={() => setCreate(undefined)} />}</Suspense>
    </Page>
  );
}

function Rules() {
  const { data, error, refetch } = useRead(["gate", "rules"], ({ gate }, call) => gate.getRules({}, call));
  if (!data)
    return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={9} className="p-4" />;
  if (data.items.length === 0)
    return (
      <Empty
        title="No rule holds a call of a tool. Connect Claude Code with its hook, then make a rule; begin in shadow."
        icon={<DoorClosed className="size-6" strokeWidth={1.5} />}
      />
    );
  return (
    <Scroll isFull>
      <Section title="In force" about="a deny wins, then the most exact pattern">
        <ul className="divide-y divide-line">
          {data.items.map((rule) => (
            <RuleLine key={rule.id} of={rule} />
          ))}
        </ul>
      </Section>
      <Decisions />
    </Scroll>
  );
}

const LOOKS = {
  allow: { tone: "completed", icon: CircleCheck, word: "Allows" },
  ask: { tone: "blocked", icon: Hourglass, word: "Asks" },
  deny: { tone: "failed", icon: CircleX, word: "Denies" },
} as const;

function RuleLine({ of: { id, tool_pattern, agent_id, decision, mode, created_at } }: { of: GateRule }) {
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("actions:decide");
  const remove = useCommand({
    send: ({ gate }) => gate.deleteRule({ id }),
    changes: ["gate"],
    done: "Rule deleted",
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <div className="min-w-0 grow basis-72 space-y-0.5">
        <p className="flex min-w-0 items-center gap-2">
          <Chip {...LOOKS[decision]} isPlain />
          <code className="truncate text-sm">
            <AgentLine text={tool_pattern} />
          </code>
        </p>
        <p className="text-sm text-ink-2">
          {agent_id === null ? "of all agents" : <AgentName id={agent_id} />}
          {mode === "shadow" && " · in shadow: only the log says what it would decide"}
        </p>
      </div>
      <p className="text-sm text-ink-3">
        made <Time at={created_at} />
      </p>
      <Button size="small" denied={denied} onClick={() => setOpen(true)}>
        Delete…
      </Button>
      <Confirm
        title="Delete this rule?"
        action="Delete"
        isDangerous
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={async () => (await remove.run(undefined)) !== undefined}
      >
        It decides about no further call. Calls that wait for people go on waiting.
      </Confirm>
    </li>
  );
}

function Decisions() {
  const { permissions } = useSession();
  const { data } = useRead(
    ["gate", "decisions"],
    ({ audit }, call) => audit.list({ type: "gate.decided", limit: DECISIONS_SHOWN }, call),
    { enabled: permissions.has("audit:read") },
  );
  const items = data?.items ?? [];
  return (
    <Section title="Last decisions" about="the record has all">
      {items.length === 0 && <p className="text-ink-3">{data ? "The gate has decided about no call." : "…"}</p>}
      <FactList facts={items} />
    </Section>
  );
}
