/** The actions on one agent. */
import type { Agent } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, Octagon, Pause, Play } from "lucide-react";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { stateDenied } from "../../domain/agents/agent-steps.ts";
import { useRoom } from "../../domain/room.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";
import type { MenuEntry, MenuItem } from "../../ui/menu-popup.tsx";
import { ArchiveAgent } from "./archive-agent.tsx";
import { saveFile } from "./save-file.ts";
import type { AgentSearch } from "./search.ts";

interface ActionsProps {
  agent: Agent;
  onSearch: (change: AgentSearch) => void;
}

export function AgentActions({ agent, onSearch }: ActionsProps) {
  const [isArchiving, setArchiving] = useState(false);
  const [isHandingOver, setHandingOver] = useState(false);
  const forbidden = useDenied("agents:write");
  // The steps that an archived agent does not allow are the same as for an update.
  const archived = stateDenied(agent, "update");
  const denied = forbidden ?? archived;
  const changes = useChanges(agent, { forbidden, archived, onSearch });
  const work = useWork(agent, archived);
  const archive = { label: "Archive…", isDangerous: true, denied, onSelect: () => setArchiving(true) };
  const handOver = {
    label: "Pause and hand over…",
    denied: denied ?? (agent.presence.current_tasks === 0 ? "It runs no task." : undefined),
    onSelect: () => setHandingOver(true),
  };
  const menu: MenuEntry[] = [...changes, "line", ...work, "line", handOver, archive];
  const about = agent.name.slice(0, 40);
  useHotkeys(
    [...changes, ...work, handOver, archive].map(({ label, denied, onSelect }) => ({
      label: `${label}: ${about}`,
      denied,
      run: onSelect,
    })),
  );
  return (
    <>
      <PauseButton agent={agent} denied={denied} />
      <StopButton agent={agent} />
      <Menu
        trigger={
          <Button size="icon" look="quiet" label="More actions for this agent">
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={menu}
      />
      <Suspense>
        {/* The dialog says which tasks ended, so it stays when none runs any more. */}
        {isHandingOver && <PauseAndHandOver agent={agent} onClose={() => setHandingOver(false)} />}
      </Suspense>
      {isArchiving && <ArchiveAgent agent={agent} onClose={() => setArchiving(false)} />}
    </>
  );
}

const StopDialog = lazyPart(() => import("../../domain/stops/stop-dialog.tsx"), "StopDialog");
const PauseAndHandOver = lazyPart(() => import("./pause-and-hand-over.tsx"), "PauseAndHandOver");

function StopButton({ agent: { id, name, status } }: { agent: Agent }) {
  const [isStopping, setStopping] = useState(false);
  const denied = useDenied("stop:write") ?? (status === "archived" ? "The agent is archived." : undefined);
  useHotkeys([{ label: `Stop: ${name.slice(0, 40)}`, denied, run: () => setStopping(true) }]);
  return (
    <>
      <Button look="danger" denied={denied} onClick={() => setStopping(true)}>
        <Octagon aria-hidden className="size-4" />
        Stop…
      </Button>
      <Suspense>
        {isStopping && <StopDialog place={{ scope: "agent", id, name }} onClose={() => setStopping(false)} />}
      </Suspense>
    </>
  );
}

function PauseButton({ agent: { id, status }, denied }: { agent: Agent; denied: string | undefined }) {
  const isPaused = status === "paused";
  const step = isPaused ? "resume" : "pause";
  const back = isPaused ? "pause" : "resume";
  const takeBack = useTakeBack();
  const command = useCommand({
    send: ({ agents }, input: { id: string }) => agents[step](input),
    changes: ["agents"],
    done: ({ name, presence }) =>
      `${name.slice(0, 60)} ${isPaused ? "resumed" : `paused${goingOn(presence.current_tasks)}`}`,
    about: id,
    undo: () => () => takeBack(back, id),
  });
  const run = () => void command.run({ id });
  const label = isPaused ? "Resume" : "Pause";
  const Icon = isPaused ? Play : Pause;
  useHotkeys([{ keys: "p", label: `${label} this agent`, denied, run }]);
  return (
    <Button keys="p" denied={denied} isBusy={command.isRunning} onClick={run}>
      <Icon aria-hidden className="size-4" />
      {label}
    </Button>
  );
}

/** A pause stops no task that runs already. */
function goingOn(tasks: number): string {
  if (tasks === 0) return "";
  return tasks === 1 ? ". 1 task goes on" : `. ${tasks} tasks go on`;
}

function useTakeBack() {
  const command = useCommand({
    send: ({ agents }, { step, id }: { step: "pause" | "resume"; id: string }) => agents[step]({ id }),
    changes: ["agents"],
  });
  return (step: "pause" | "resume", id: string) => command.run({ step, id });
}

interface ChangeOptions {
  forbidden: string | undefined;
  archived: string | undefined;
  onSearch: (change: AgentSearch) => void;
}

/** The actions that change or copy the agent. */
function useChanges(agent: Agent, { forbidden, archived, onSearch }: ChangeOptions): MenuItem[] {
  const { id, is_default, is_featured } = agent;
  const navigate = useNavigate();
  const full = useRoom("agents")?.full;
  const update = useCommand({
    send: ({ agents }, change: { is_default?: boolean; is_featured?: boolean }) => agents.update({ id, ...change }),
    changes: ["agents"],
    done: "Changed",
  });
  const clone = useCommand({
    send: ({ agents }, input: { id: string }) => agents.clone(input),
    changes: ["agents", "tiers"],
    done: "Cloned. This is the copy.",
  });
  const download = useCommand({
    send: ({ agents }, input: { id: string }) => agents.export(input),
    done: ({ warnings }) => (warnings.length === 0 ? "Exported" : `Exported. Left out: ${leftOut(warnings.length)}.`),
  });
  const denied = forbidden ?? archived;
  return [
    { label: "Edit", denied, onSelect: () => onSearch({ tab: "configuration", edit: "yes", compare: undefined }) },
    {
      label: "Make default",
      denied: denied ?? (is_default ? "This agent is the default already." : undefined),
      onSelect: () => void update.run({ is_default: true }),
    },
    {
      label: is_featured ? "Remove from featured" : "Feature",
      denied,
      onSelect: () => void update.run({ is_featured: !is_featured }),
    },
    {
      label: "Clone",
      denied: forbidden ?? full,
      onSelect: async () => {
        const copy = await clone.run({ id });
        if (copy) void navigate({ to: "/agents/$id", params: { id: copy.id } });
      },
    },
    {
      label: "Export",
      about: "JSON",
      onSelect: async () => {
        const exported = await download.run({ id });
        if (exported) saveFile(exported.name, exported);
      },
    },
  ];
}

const leftOut = (secrets: number) => (secrets === 1 ? "1 secret" : `${secrets} secrets`);

/** The actions that open other pages. */
function useWork({ id }: Agent, archived: string | undefined): MenuItem[] {
  const navigate = useNavigate();
  return [
    {
      label: "Send a message",
      denied: useDenied("messages:write") ?? archived,
      onSelect: () => void navigate({ to: "/messages", search: { write: "yes", to_agent_id: id } }),
    },
    {
      label: "Create a task",
      denied: useDenied("tasks:write") ?? archived,
      onSelect: () => void navigate({ to: "/tasks", search: { create: "yes", assigned_to_agent_id: id } }),
    },
  ];
}
