/** The attempts of each agent as lanes. */
import type { TasksSummarizeAttemptsOutput } from "@bailiwick/sdk";
import { useMemo, useState } from "react";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Button } from "../../ui/button.tsx";
import { axisFrom } from "../../ui/lane-places.ts";
import { type Lane, Lanes, type LaneTone } from "../../ui/lanes.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { duration } from "../../ui/time.tsx";
import { useIsPhone } from "../../ui/use-media.ts";
import { useLanes } from "./use-overview.ts";

type AgentAttempts = TasksSummarizeAttemptsOutput["items"][number];
type End = AgentAttempts["attempts"][number]["end"];

/** The agents with the most attempts. */
const LANES_MAX = 24;
/** A phone shows the first lanes, and the others on request. */
const PHONE_LANES = 5;

const TONES: Record<End, LaneTone> = {
  running: "running",
  completed: "done",
  failed: "failed",
  lost: "failed",
  blocked: "blocked",
  canceled: "quiet",
  returned: "quiet",
};
const WORDS: Record<End, string> = {
  running: "running",
  completed: "completed",
  failed: "failed",
  lost: "the lease was lost",
  blocked: "blocked",
  canceled: "canceled",
  returned: "returned to the queue",
};

export function Night({ from }: { from: string }) {
  const { data, error, refetch } = useLanes(from);
  const lanes = useMemo(() => (data ? lanesOf(data) : []), [data]);
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const isFolded = isPhone && !isOpen && lanes.length > PHONE_LANES;
  if (!data) {
    return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={4} className="px-4" />;
  }
  if (lanes.length === 0) return <p className="px-4 pb-4 text-sm text-ink-3">No agent worked in this time.</p>;
  return (
    <div className="px-4 pb-4">
      <Lanes
        label="Attempts of each agent"
        lanes={isFolded ? lanes.slice(0, PHONE_LANES) : lanes}
        fromMs={axisFrom(startsOf(lanes), { fromMs: Date.parse(data.from), toMs: Date.parse(data.to) })}
        toMs={Date.parse(data.to)}
        knownFromMs={data.known_from === null ? undefined : Date.parse(data.known_from)}
      />
      {isFolded && (
        <Button size="small" className="mt-1 mb-2" onClick={() => setOpen(true)}>
          Show all {lanes.length} agents
        </Button>
      )}
      <Legend />
      {data.items.length > LANES_MAX && (
        <p className="mt-1 text-sm text-ink-3">The {LANES_MAX} agents with the most attempts.</p>
      )}
    </div>
  );
}

const startsOf = (lanes: readonly Lane[]) =>
  lanes.flatMap(({ bars, flags }) => [...bars.map(({ fromMs }) => fromMs), ...flags.map(({ atMs }) => atMs)]);

function lanesOf({ items, to }: TasksSummarizeAttemptsOutput): Lane[] {
  const most = items.toSorted((a, b) => b.attempts.length - a.attempts.length).slice(0, LANES_MAX);
  return most.map(({ agent_id, attempts, escalations }) => ({
    id: agent_id,
    name: <AgentName id={agent_id} />,
    label: "An agent",
    bars: attempts.map((attempt) => ({
      id: `${attempt.task_id} ${attempt.from}`,
      tone: TONES[attempt.end],
      label: `${attempt.title}: ${WORDS[attempt.end]}, ${duration(attempt.from, attempt.to ?? to)}`,
      href: `/tasks/${attempt.task_id}`,
      fromMs: Date.parse(attempt.from),
      toMs: Date.parse(attempt.to ?? to),
    })),
    flags: escalations.map(({ task_id, title, at }) => ({
      id: `escalated ${task_id} ${at}`,
      tone: "blocked",
      label: `Escalated: ${title}`,
      href: `/tasks/${task_id}`,
      atMs: Date.parse(at),
    })),
  }));
}

const LEGEND = [
  ["bg-running", "Running"],
  ["bg-done", "Completed"],
  ["bg-blocked", "Blocked, or escalated with a flag"],
  ["bg-failed", "Failed or lost"],
  ["bg-returned", "Returned or canceled"],
] as const;

function Legend() {
  return (
    <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {LEGEND.map(([ground, word]) => (
        <li key={word} className="inline-flex items-center gap-1.5">
          <span aria-hidden className={`size-2 rounded-xs ${ground}`} />
          {word}
        </li>
      ))}
    </ul>
  );
}
