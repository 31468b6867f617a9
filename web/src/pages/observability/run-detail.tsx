/** One run: what failed in it, its figures, and its events on an axis of time. The page and the panel share it. */
import type { ObsGetRunOutput } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useRead } from "../../data/query.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { aboutOf, eventLook } from "../../domain/usage/event-words.ts";
import { FaultList, faultsOf } from "../../domain/usage/fault-list.tsx";
import { RunLength, RunState, spendOf } from "../../domain/usage/run-columns.tsx";
import { AtList, Spend, unpricedText } from "../../domain/usage/spend.tsx";
import { TaskName } from "../../domain/usage/task-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Count } from "../../ui/count.tsx";
import { durationText } from "../../ui/duration.ts";
import { Figure, Figures } from "../../ui/figures.tsx";
import { Id } from "../../ui/id.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { FactLine, Facts, Section } from "../../ui/page.tsx";
import { AllFacts, Sentence } from "../../ui/sentence.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Clock, Time } from "../../ui/time.tsx";
import { focusEvent, RunWaterfall, SkipToEvents } from "./run-waterfall.tsx";

type RunTree = ObsGetRunOutput;

/** Read again after each batch of events, which names no run. */
export function useRun(id: string) {
  return useRead(["obs", "run", id], (client, call) => client.obs.getRun({ id }, call));
}

export function RunPanel({ id }: { id: string }) {
  const { data: run, error, refetch } = useRun(id);
  if (!run) {
    return error ? (
      <ErrorState error={error} retry={() => void refetch()} />
    ) : (
      <Skeleton lines={9} className="p-4 pt-14" />
    );
  }
  return (
    <section className="relative min-h-0 grow overflow-y-auto" tabIndex={0} aria-label="Run" key={id}>
      <header className="px-4 pt-3 pr-28">
        <h2 className="flex items-center gap-2 text-lg font-semibold">
          <span className="shrink-0">Run of</span> <AgentName id={run.agent_id} />
        </h2>
        <RunState run={run} />
      </header>
      <RunDetail run={run} />
    </section>
  );
}

export function RunDetail({ run }: { run: RunTree }) {
  return (
    <>
      <SkipToEvents />
      <Faults run={run} />
      <RunFigures run={run} />
      <div className="px-4 pb-3">
        <About run={run} />
      </div>
      <Section title="Events" about={run.truncated && "only the first are shown"}>
        <RunWaterfall run={run} />
      </Section>
    </>
  );
}

/** The failure of the run is often that of an event. */
function Faults({ run: { events, error_message } }: { run: RunTree }) {
  const found = faultsOf(events.map(({ event }) => event));
  const isNew = error_message !== null && found.every(({ text }) => text !== error_message);
  const faults = isNew ? [{ text: error_message, about: "Run", count: 1 }, ...found] : found;
  return (
    faults.length > 0 && (
      <div className="mx-4 mt-3">
        <FaultList faults={faults} />
      </div>
    )
  );
}

function RunFigures({ run }: { run: RunTree }) {
  const spend = spendOf(run);
  return (
    <div className="px-4 py-3">
      <Figures>
        <Figure name="Duration">
          <RunLength run={run} />
        </Figure>
        <Figure name="Cost">
          <Spend of={spend} />
        </Figure>
        <Figure name="Model calls">
          <Count value={run.total_llm_calls} />
        </Figure>
        <Figure name="Tool calls">
          <Count value={run.total_tool_calls} />
        </Figure>
        <Figure name="Tokens in">
          <Count value={run.total_tokens_in} />
        </Figure>
        <Figure name="Tokens out">
          <Count value={run.total_tokens_out} />
        </Figure>
        <Figure name="In models">{durationText(run.total_latency_ms)}</Figure>
        <Slowest run={run} />
      </Figures>
      <p className="mt-1 flex gap-3 text-sm text-ink-3">
        <AtList of={spend} />
        {run.unpriced_calls > 0 && unpricedText(run.unpriced_calls)}
      </p>
    </div>
  );
}

/** A press moves to its row. */
function Slowest({ run: { events } }: { run: RunTree }) {
  const event = slowestOf(events);
  if (!event) return null;
  return (
    <Figure name="Slowest step">
      <button
        type="button"
        className="flex max-w-72 min-w-0 items-baseline gap-2 rounded-sm text-left hover:underline"
        onClick={() => focusEvent(event.id)}
      >
        {durationText(event.latency_ms ?? 0)}
        <span className="flex min-w-0 text-sm text-ink-2">
          <AgentLine text={aboutOf(event) || eventLook(event.event_type).word} className="truncate" />
        </span>
      </button>
    </Figure>
  );
}

/** Returns the event with the longest time of its own. An event with others below it takes as long as they do. */
function slowestOf(events: RunTree["events"]): RunTree["events"][number]["event"] | undefined {
  const parents = new Set(events.map(({ parent_event_id }) => parent_event_id));
  const timed = events
    .map(({ event }) => event)
    .filter(({ id, latency_ms }) => latency_ms !== null && !parents.has(id));
  return timed.length < 2 ? undefined : timed.reduce((a, b) => ((b.latency_ms ?? 0) > (a.latency_ms ?? 0) ? b : a));
}

function About({ run }: { run: RunTree }) {
  const { agent_id, task_id, started_at, finished_at, last_event_at, run_id, metadata, model } = run;
  return (
    <>
      <Sentence>
        <AgentName id={agent_id} /> started it <Time at={started_at} />
        {finished_at ? (
          <>
            {" "}
            and ended it <Time at={finished_at} />
          </>
        ) : (
          <>
            ; the last event came <Time at={last_event_at} />
          </>
        )}
        .{" "}
        {task_id && (
          <>
            It worked on <TaskName id={task_id} />.{" "}
          </>
        )}
        <Link to="/live" search={{ run_id }}>
          Its events
        </Link>
      </Sentence>
      <AllFacts>
        <Facts>
          {model && (
            <FactLine name="Model">
              <AgentLine text={model} />
            </FactLine>
          )}
          <FactLine name="Started">
            <Clock at={started_at} />
          </FactLine>
          <FactLine name="Finished">{finished_at ? <Clock at={finished_at} /> : "not yet"}</FactLine>
          <FactLine name="Id">
            <Id id={run_id} label="id of the run" />
          </FactLine>
          {Object.keys(metadata).length > 0 && (
            <FactLine name="Metadata">
              <JsonTree value={metadata} label="Metadata" />
            </FactLine>
          )}
        </Facts>
      </AllFacts>
    </>
  );
}
