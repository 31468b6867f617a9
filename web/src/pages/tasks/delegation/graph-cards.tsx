/** The nodes of the graph: a task, a group of siblings, and the creator of the first task. */
import { Link } from "@tanstack/react-router";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CornerLeftUp, Minus, Plus, RotateCcw, UserRound } from "lucide-react";
import { memo } from "react";
import { PersonName } from "../../../domain/actor-name.tsx";
import { AgentName } from "../../../domain/agents/agent-name.tsx";
import { Assignee } from "../../../domain/agents/assignee.tsx";
import { TASK_LOOKS, TaskStatus } from "../../../domain/status.tsx";
import { AgentLine } from "../../../ui/agent-text.tsx";
import { cx } from "../../../ui/class-names.ts";
import { Tip } from "../../../ui/tip.tsx";
import type { CardData, FlowNode } from "./flow.ts";
import type { GraphNode } from "./graph-model.ts";

/** Tasks that need attention have a coloured background. */
const GROUNDS: Partial<Record<string, string>> = {
  running: "bg-running-soft border-running/40",
  blocked: "bg-blocked-soft border-blocked/40",
  failed: "bg-failed-soft border-failed/40",
};

const CARD = "pointer-events-auto flex size-full rounded border text-left select-none hover:border-accent-ink";

export const Card = memo(function Card({ data }: NodeProps<FlowNode>) {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <Face {...data} />
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});

function Face({ node, isStop, toggle }: CardData) {
  const stop = { "data-node": node.id, tabIndex: isStop ? 0 : -1 };
  switch (node.kind) {
    case "task":
      return <TaskCard node={node} stop={stop} />;
    case "group":
      return <GroupCard node={node} stop={stop} toggle={toggle} />;
    case "starter":
      return <StarterCard node={node} stop={stop} />;
  }
}

interface Stop {
  "data-node": string;
  tabIndex: number;
}

function TaskCard({ node: { task }, stop }: { node: Extract<GraphNode, { kind: "task" }>; stop: Stop }) {
  const { tone } = TASK_LOOKS[task.status];
  return (
    <Link
      to="/tasks/$id"
      params={{ id: task.id }}
      draggable={false}
      {...stop}
      className={cx(CARD, "relative flex-col justify-center gap-0.5 px-3", GROUNDS[tone] ?? "border-line bg-raised")}
    >
      <span className="flex min-w-0 items-start gap-1.5">
        <AgentLine
          text={task.title}
          className="line-clamp-2 min-w-0 grow text-sm leading-[18px] font-medium [overflow-wrap:anywhere] whitespace-normal"
        />
        <Signs task={task} />
      </span>
      <span className="flex min-w-0 items-center justify-between gap-2 text-xs text-ink-2">
        <TaskStatus of={task} isPlain />
        <Assignee task={task} isLink={false} />
      </span>
    </Link>
  );
}

function Signs({ task: { escalated_from, retry_of, attempt } }: Pick<Extract<GraphNode, { kind: "task" }>, "task">) {
  return (
    <>
      {escalated_from.length > 0 && (
        <Tip text="Escalated">
          <span className="shrink-0 text-blocked">
            <CornerLeftUp aria-hidden className="size-3.5" />
            <span className="sr-only">Escalated</span>
          </span>
        </Tip>
      )}
      {(retry_of !== null || attempt > 1) && (
        <Tip text="Tried again">
          <span className="inline-flex shrink-0 items-center text-xs text-ink-2 tabular-nums">
            <RotateCcw aria-hidden className="size-3.5" />
            {attempt > 1 && attempt}
            <span className="sr-only">{retry_of === null ? "attempts" : "a retry"}</span>
          </span>
        </Tip>
      )}
    </>
  );
}

interface GroupCardProps {
  node: Extract<GraphNode, { kind: "group" }>;
  stop: Stop;
  toggle: (group: string) => void;
}

function GroupCard({ node: { id, status, count, below, isOpen }, stop, toggle }: GroupCardProps) {
  const Sign = isOpen ? Minus : Plus;
  const word = TASK_LOOKS[status].word.toLowerCase();
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      {...stop}
      className={cx(CARD, "items-center gap-1.5 border-dashed border-line-strong bg-canvas px-3 text-sm text-ink-2")}
      onClick={() => toggle(id)}
    >
      <Sign aria-hidden className="size-3.5" />
      <span className="tabular-nums">
        {count} {word}
        {below > 0 && <span className="text-ink-3"> and {below} below</span>}
      </span>
      {isOpen && <span className="ml-auto text-xs text-ink-3">Collapse</span>}
    </button>
  );
}

function StarterCard({ node: { task }, stop }: { node: Extract<GraphNode, { kind: "starter" }>; stop: Stop }) {
  const look = cx(CARD, "items-center gap-2 border-line bg-side px-3 text-sm text-ink");
  const { created_by_agent_id: agent, created_by_user_id: person } = task;
  if (agent !== null)
    return (
      <Link to="/agents/$id" params={{ id: agent }} draggable={false} {...stop} className={look}>
        <AgentName id={agent} isLink={false} />
      </Link>
    );
  return (
    <span className={look} {...stop}>
      <UserRound aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span className="truncate">{person === null ? "A service" : <PersonName id={person} />}</span>
    </span>
  );
}
