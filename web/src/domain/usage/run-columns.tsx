/** The columns of lists of runs. */
import type { Run } from "@bailiwick/sdk";
import { BellOff } from "lucide-react";
import { useTaskTitle } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Count } from "../../ui/count.tsx";
import { durationText } from "../../ui/duration.ts";
import { shortId } from "../../ui/id.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time, useNow } from "../../ui/time.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { Outcome } from "./outcome.tsx";
import { Spend } from "./spend.tsx";

export const spendOf = (run: Run) => ({
  cost_usd: run.total_cost_usd,
  list_cost_usd: run.total_list_cost_usd,
  unpriced_calls: run.unpriced_calls,
  calls: run.total_llm_calls,
});

const AGENT: Column<Run> = {
  id: "agent",
  header: "Agent",
  width: "minmax(150px,200px)",
  cell: ({ agent_id }) => <AgentName id={agent_id} />,
};
const ABOUT: Column<Run> = {
  id: "about",
  header: "Task",
  width: "minmax(160px,1fr)",
  cell: (run) => <RunAbout run={run} hasModel={false} />,
};
const STATUS: Column<Run> = { id: "status", header: "Status", width: "124px", cell: (run) => <RunState run={run} /> };
const COST: Column<Run> = {
  id: "cost",
  header: "Cost",
  width: "88px",
  isRight: true,
  cell: (run) => <Spend of={spendOf(run)} isAligned />,
};
const STARTED: Column<Run> = {
  id: "started",
  header: "Started",
  width: "68px",
  isRight: true,
  cell: ({ started_at }) => (
    <span className="relative z-1 text-sm text-ink-3">
      <Time at={started_at} />
    </span>
  ),
};
const NUMBERS: readonly Column<Run>[] = [
  {
    id: "duration",
    header: "Duration",
    width: "92px",
    isRight: true,
    cell: (run) => <RunLength run={run} />,
  },
  {
    id: "calls",
    header: "Calls",
    width: "52px",
    isRight: true,
    cell: ({ total_llm_calls }) => <Count value={total_llm_calls} />,
  },
  {
    id: "tokens",
    header: "Tokens",
    width: "84px",
    isRight: true,
    cell: ({ total_tokens_in, total_tokens_out }) => <Count value={total_tokens_in + total_tokens_out} />,
  },
];

const MODEL: Column<Run> = {
  id: "model",
  header: "Model",
  width: "minmax(120px,1fr)",
  cell: ({ model }) => model && <AgentLine text={model} className="truncate text-ink-2" />,
};

export const RUN_COLUMNS = {
  all: [AGENT, ABOUT, { ...MODEL, width: "minmax(120px,168px)" }, ...[STATUS, ...NUMBERS, COST, STARTED]],
  /** Without the calls and tokens, on a screen without room for them. */
  most: [
    { ...AGENT, width: "minmax(132px,168px)" },
    { ...ABOUT, width: "minmax(220px,1fr)" },
    { ...MODEL, width: "minmax(96px,128px)" },
    ...[STATUS, ...NUMBERS.slice(0, 1), COST, STARTED],
  ],
  narrow: [{ ...AGENT, width: "minmax(132px,1fr)" }, STATUS, COST, STARTED],
  ofTask: [STATUS, AGENT, MODEL, ...NUMBERS.slice(0, 2), COST, STARTED],
} as const satisfies Record<string, readonly Column<Run>[]>;

/** The task of the run, or its model, and the reason of its failure. */
function RunAbout({ run: { task_id, error_message, model }, hasModel = true }: { run: Run; hasModel?: boolean }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      {task_id ? (
        <TaskTitle id={task_id} />
      ) : hasModel && model ? (
        <AgentLine text={model} className="truncate text-ink-3" />
      ) : (
        <span className="text-ink-3">–</span>
      )}
      {error_message && <AgentLine text={error_message} className="min-w-[40%] flex-1 truncate text-sm text-failed" />}
    </span>
  );
}

function TaskTitle({ id }: { id: string }) {
  return <AgentLine text={useTaskTitle(id) ?? shortId(id)} className="truncate" />;
}

export function RunState({ run: { status, is_silent, last_event_at } }: { run: Run }) {
  if (!is_silent) return <Outcome status={status} />;
  return (
    <span className="inline-flex h-5 items-center gap-1.5 align-middle text-sm whitespace-nowrap text-blocked">
      <BellOff aria-hidden className="size-3.5" strokeWidth={2.25} />
      Silent <Time at={last_event_at} />
    </span>
  );
}

export function RunLength({ run: { started_at, finished_at, status, last_event_at, is_silent } }: { run: Run }) {
  const now = useNow();
  const isOpen = status === "running";
  const end = finished_at ?? (is_silent ? last_event_at : undefined);
  const ms = Math.max(0, (end === undefined ? now : Date.parse(end)) - Date.parse(started_at));
  return (
    <span className="shrink-0 whitespace-nowrap tabular-nums">
      {durationText(isOpen ? Math.floor(ms / 1_000) * 1_000 : ms)}
      {is_silent && <span className="text-ink-3">+</span>}
    </span>
  );
}

/** A run in two lines, on a phone and in a panel. `of`: the page whose name each line would repeat. */
export function RunLines({ run, of }: { run: Run; of?: "task" }) {
  return (
    <span className="block space-y-1">
      <span className="flex min-w-0 items-center gap-2">
        <AgentName id={run.agent_id} isLink={false} />
        <span className="ml-auto shrink-0">
          <Spend of={spendOf(run)} />
        </span>
      </span>
      <span className="block truncate text-sm text-ink-2">
        {of === "task" ? <AgentLine text={run.model ?? "no model"} className="truncate" /> : <RunAbout run={run} />}
      </span>
      <span className="flex min-w-0 items-center gap-3 text-sm text-ink-2">
        <RunState run={run} />
        <RunLength run={run} />
        <span className="ml-auto shrink-0 text-ink-3">
          <Time at={run.started_at} />
        </span>
      </span>
    </span>
  );
}
