/** One task of the tree: title, agent, duration, and cost with its subtasks. */

import { Link } from "@tanstack/react-router";
import { ChevronRight, CornerLeftUp, RotateCcw } from "lucide-react";
import { useTaskCosts } from "../../../data/task-costs.ts";
import type { TaskRow } from "../../../data/tasks.ts";
import { Assignee } from "../../../domain/agents/assignee.tsx";
import { TaskStatus } from "../../../domain/status.tsx";
import { Spend } from "../../../domain/usage/spend.tsx";
import { AgentLine } from "../../../ui/agent-text.tsx";
import { cx } from "../../../ui/class-names.ts";
import { durationText } from "../../../ui/duration.ts";
import { Money } from "../../../ui/money.tsx";
import { useNow } from "../../../ui/time.tsx";
import { Tip } from "../../../ui/tip.tsx";
import { type Cost, durationOf, type TreeNode, type TreeRow } from "./tree.ts";

interface TreeRowProps {
  row: TreeRow;
  isCurrent: boolean;
  isStop: boolean;
  hasCosts: boolean;
  onToggle: () => void;
  onFocus: () => void;
}

/** Deeper rows have no further indent, so that titles keep some room. */
const INDENT_LEVELS_MAX = 8;
const INDENT_PX = 16;

export function TreeRowLink({ row, isCurrent, isStop, hasCosts, onToggle, onFocus }: TreeRowProps) {
  const { node, isOpen, place, siblings } = row;
  const { task, children } = node;
  return (
    <Link
      to="/tasks/$id"
      params={{ id: task.id }}
      role="treeitem"
      aria-level={node.depth + 1}
      aria-setsize={siblings}
      aria-posinset={place}
      aria-expanded={children.length > 0 ? isOpen : undefined}
      aria-current={isCurrent ? "page" : undefined}
      tabIndex={isStop ? 0 : -1}
      data-id={task.id}
      onFocus={onFocus}
      className={cx(
        "flex min-h-9 items-stretch gap-3 rounded-sm pr-2 pl-1 hover:bg-hover",
        isCurrent && "bg-selected shadow-[inset_2px_0_0_var(--color-accent)]",
      )}
    >
      <Indent depth={node.depth} />
      <Chevron isOpen={isOpen} isShown={children.length > 0} onToggle={onToggle} />
      <div className="flex min-w-0 grow flex-col justify-center gap-x-3 py-1.5 @2xl:flex-row @2xl:items-center">
        <span className="flex min-w-0 grow items-center gap-1.5">
          <AgentLine text={task.title} className={cx("min-w-0 truncate", isCurrent && "font-medium")} />
          <Below node={node} />
          <Marks task={task} />
        </span>
        <span className="flex min-w-0 items-center gap-x-3 text-sm text-ink-2 @2xl:shrink-0">
          <span className="shrink-0 @2xl:w-24">
            <TaskStatus of={task} isPlain />
          </span>
          <span className="flex min-w-0 @2xl:w-36">
            <Assignee task={task} isLink={false} />
          </span>
          <span className="shrink-0 tabular-nums @2xl:w-20 @2xl:text-right">
            <Duration task={task} />
          </span>
          <span className="ml-auto shrink-0 @2xl:w-24 @2xl:text-right">
            <TreeCost node={node} hasCosts={hasCosts} />
          </span>
        </span>
      </div>
    </Link>
  );
}

function Below({ node: { below, completed } }: { node: TreeNode }) {
  if (below === 0) return null;
  return <span className="shrink-0 text-xs text-ink-3 tabular-nums">{`${completed} of ${below} done`}</span>;
}

/** Thin lines that connect a row with its parents. */
function Indent({ depth }: { depth: number }) {
  return Array.from({ length: Math.min(depth, INDENT_LEVELS_MAX) }, (_, level) => (
    <span
      // biome-ignore lint/suspicious/noArrayIndexKey: all lines are alike.
      key={level}
      aria-hidden
      className="-mr-3 ml-2 shrink-0 border-l border-line"
      style={{ width: INDENT_PX - 8 }}
    />
  ));
}

/** For the pointer; arrow keys do the same. */
function Chevron({ isOpen, isShown, onToggle }: { isOpen: boolean; isShown: boolean; onToggle: () => void }) {
  if (!isShown) return <span aria-hidden className="-mr-2 size-5 shrink-0" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the tree item around it opens and closes by keyboard.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
    <span
      data-toggle
      className="-mr-2 flex size-5 shrink-0 items-center justify-center self-center rounded-sm text-ink-3 hover:bg-pressed hover:text-ink"
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onToggle();
      }}
    >
      <ChevronRight aria-hidden className={cx("size-4 transition-transform", isOpen && "rotate-90")} />
    </span>
  );
}

/** Marks of an escalated task and of a retry. */
export function Marks({ task: { escalated_from, retry_of } }: { task: TaskRow }) {
  return (
    <>
      {escalated_from.length > 0 && (
        <span className="inline-flex shrink-0 items-center gap-0.5 text-xs text-blocked">
          <CornerLeftUp aria-hidden className="size-3.5" />
          Escalated
        </span>
      )}
      {retry_of !== null && (
        <span className="inline-flex shrink-0 items-center gap-0.5 text-xs text-ink-2">
          <RotateCcw aria-hidden className="size-3.5" />
          Retry
        </span>
      )}
    </>
  );
}

function Duration({ task }: { task: TaskRow }) {
  if (task.status === "running") return <RunningFor task={task} />;
  const lasted = task.finished_at === null ? undefined : durationOf(task, 0);
  return lasted === undefined ? null : durationText(lasted);
}

function RunningFor({ task }: { task: TaskRow }) {
  const lasts = durationOf(task, useNow());
  return lasts === undefined ? null : durationText(Math.floor(lasts / 1_000) * 1_000);
}

/** The telemetry of the tasks tells more than what they report at their end. */
function TreeCost({ node, hasCosts }: { node: TreeNode; hasCosts: boolean }) {
  const costs = useTaskCosts(node.task.id);
  if (costs) return costs.inclusive.calls > 0 && <Spend of={costs.inclusive} isAligned />;
  return hasCosts && node.cost.usd !== 0 && <CostText cost={node.cost} isAligned />;
}

/** A sum; `+` marks a sum that lacks the cost of some tasks. */
export function CostText({ cost: { usd, isExact }, isAligned = false }: { cost: Cost; isAligned?: boolean }) {
  if (usd === undefined || isExact) return <Money usd={usd} isAligned={isAligned} />;
  return (
    <span className="whitespace-nowrap">
      <Money usd={usd} />
      <Tip text="At least this much, because not every subtask reports its cost.">
        <span className="text-ink-3">+</span>
      </Tip>
    </span>
  );
}
