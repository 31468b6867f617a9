/** The evidence of a request: the backtest, the room under the limit, the agents under it, and the last steps. */
import type { ChangeBacktest, Headroom, PolicyRequest, RequestEvidence } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { counted } from "../../ui/count.tsx";
import { LimitBar } from "../../ui/limit-bar.tsx";
import { shortUsd } from "../../ui/money.tsx";
import { Section } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";
import { usedText, valueText } from "../limits/limit-words.ts";

export function Evidence({ of: { evidence, evidence_state, requested_changes } }: { of: PolicyRequest }) {
  const { boundary, headroom, touches, steps } = evidence;
  return (
    <>
      {boundary !== null && (
        <Section title="It cannot be approved as it is">
          <p className="text-failed">{boundary}</p>
        </Section>
      )}
      <Section title="The last days with this change">
        <Backtest of={evidence} isWaiting={evidence_state === "waiting"} />
      </Section>
      {headroom !== null && <Room of={headroom} wanted={wantedOf(requested_changes)} />}
      {touches !== null && (
        <Section title="Agents under it">
          <p>
            {touches.scope === "workspace" ? "The limit of the workspace: " : "The limit of this agent: "}
            {counted(touches.agents, "agent")} under it, {counted(touches.waiting_tasks, "queued task")}.
          </p>
        </Section>
      )}
      <Section title="What the agent did last">
        <Steps of={steps} />
      </Section>
    </>
  );
}

/** The wanted threshold; undefined when another field is to change. */
const wantedOf = ({ field, requested_value }: PolicyRequest["requested_changes"]): number | undefined =>
  field === "threshold_value" ? Number(requested_value) : undefined;

/** The room when the request was made, under the present cap and under the wanted one. */
function Room({ of: room, wanted }: { of: Headroom; wanted: number | undefined }) {
  const { policy_type, used, reserved, cap, top_up } = room;
  const left = wanted === undefined ? 0 : wanted + top_up - used - reserved;
  return (
    <Section title="Room at the time of the request">
      <div className="max-w-xl space-y-3">
        <LimitBar use={{ used, reserved, cap: cap + top_up }} label="Used at the time of the request" isStacked>
          {usedText(room)}
        </LimitBar>
        {wanted !== undefined && (
          <LimitBar use={{ used, reserved, cap: wanted + top_up }} label="Used of the wanted limit" isStacked>
            <span className={cx(left <= 0 && "text-failed")}>
              {usedText({ ...room, cap: wanted })} with the change:{" "}
              {left <= 0 ? "still used up, and starts stay refused" : `${valueText(policy_type, left)} left`}
            </span>
          </LimitBar>
        )}
      </div>
    </Section>
  );
}

function Backtest({ of: { backtest, backtest_failure }, isWaiting }: { of: RequestEvidence; isWaiting: boolean }) {
  if (backtest) return <Compared of={backtest} />;
  if (isWaiting) return <p className="text-ink-3">The server still reads the past. This takes some seconds.</p>;
  return <p className="text-ink-2">{backtest_failure ?? "There is no backtest."}</p>;
}

type Counts = ChangeBacktest["before"];

/** A row a figure: with the present value, and with the requested one. */
function Compared({ of: { before, samples, coverage, ...after } }: { of: ChangeBacktest }) {
  if (coverage.events === 0) return <p className="text-ink-2">No event of the last days counts for this limit.</p>;
  return (
    <div className="space-y-2">
      <table className="w-full max-w-md text-left tabular-nums">
        <thead className="text-sm text-ink-3">
          <tr>
            <th className="font-normal">
              <span className="sr-only">Figure</span>
            </th>
            <th className="py-1 text-right font-normal">now</th>
            <th className="py-1 text-right font-normal">with the change</th>
          </tr>
        </thead>
        <tbody>
          <Figure name="Passed" of={({ fired_count }) => counted(fired_count, "time")} {...{ before, after }} />
          {coverage.starts_known_from !== null && (
            <>
              <Figure name="Starts refused" of={({ starts_prevented }) => starts_prevented} {...{ before, after }} />
              <Figure
                name="Their cost"
                of={({ cost_avoided_usd }) => shortUsd(cost_avoided_usd)}
                {...{ before, after }}
              />
            </>
          )}
        </tbody>
      </table>
      <p className="text-sm text-ink-3">
        From {counted(coverage.events, "event")} since <Time at={coverage.from} />.
        {coverage.starts_known_from === null && " No start of these days is known, so refusals are unknown."}
      </p>
      {samples.length > 0 && (
        <ul className="space-y-1 text-sm">
          {samples.map(({ task_id, title }) => (
            <li key={task_id} className="flex min-w-0 gap-2">
              <span className="shrink-0 text-ink-3">refused</span>
              <TaskLink id={task_id} title={title} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface FigureProps {
  name: string;
  of: (counts: Counts) => ReactNode;
  before: Counts;
  after: Counts;
}

function Figure({ name, of, before, after }: FigureProps) {
  return (
    <tr className="border-t border-line">
      <th className="py-1 font-normal text-ink-2">{name}</th>
      <td className="py-1 text-right">{of(before)}</td>
      <td className="py-1 text-right font-medium">{of(after)}</td>
    </tr>
  );
}

function Steps({ of: steps }: { of: RequestEvidence["steps"] }) {
  if (steps.length === 0) return <p className="text-ink-2">It has done nothing yet.</p>;
  return (
    <ol className="max-w-3xl space-y-1 text-sm">
      {steps.map(({ task_id, title, event_type, at }) => (
        <li key={`${task_id} ${at} ${event_type}`} className="flex min-w-0 items-baseline gap-2">
          <span className="w-20 shrink-0 text-ink-2">{event_type.replaceAll("_", " ")}</span>
          <TaskLink id={task_id} title={title} />
          <span className="ml-auto shrink-0 text-ink-3">
            <Time at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function TaskLink({ id, title }: { id: string; title: string | null }) {
  return (
    <Link to="/tasks/$id" params={{ id }} className="min-w-0 truncate hover:underline">
      {title === null ? "a task" : <AgentLine text={title} className="block truncate" />}
    </Link>
  );
}
