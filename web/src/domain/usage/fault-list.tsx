/** Failures in words. The same failure is one line with its count, and leads to the newest event. */
import type { ObsEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { counted } from "../../ui/count.tsx";
import { Time } from "../../ui/time.tsx";
import { aboutOf, eventLook, faultOf, refOf } from "./event-words.ts";

export interface Fault {
  text: string;
  /** The tool, the model or the kind of event. */
  about: string;
  count: number;
  /** The newest event with this failure. */
  event?: ObsEvent;
}

/** Groups the events that failed by their words. */
export function faultsOf(events: readonly ObsEvent[]): readonly Fault[] {
  const found = new Map<string, Fault>();
  for (const event of events) {
    const text = faultOf(event);
    if (text === undefined) continue;
    const before = found.get(text);
    if (!before) {
      const about = aboutOf({ ...event, status: "info" }) || eventLook(event.event_type).word;
      found.set(text, { text, about, count: 1, event });
      continue;
    }
    before.count++;
    if (before.event && before.event.occurred_at < event.occurred_at) before.event = event;
  }
  return [...found.values()];
}

const FAULTS_SHOWN = 5;

export function FaultList({ faults }: { faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <ul aria-label="Failures" className="divide-y divide-failed/15 rounded bg-failed-soft px-3 text-failed">
      {faults.slice(0, FAULTS_SHOWN).map((fault) => (
        <li key={fault.text} className="gap-x-4 py-2 sm:flex">
          <div className="min-w-0 grow">
            <AgentText text={fault.text} />
          </div>
          <FaultPlace of={fault} />
        </li>
      ))}
      {faults.length > FAULTS_SHOWN && (
        <li className="py-2 text-sm">{counted(faults.length - FAULTS_SHOWN, "further failure")}</li>
      )}
    </ul>
  );
}

function FaultPlace({ of: { about, count, event } }: { of: Fault }) {
  return (
    <span className="flex min-w-0 shrink-0 items-baseline gap-1.5 text-sm sm:max-w-2/5">
      {event ? (
        <Link to="/live/$id" params={{ id: refOf(event) }} className="min-w-0 truncate hover:underline">
          <AgentLine text={about} className="block truncate" />
        </Link>
      ) : (
        <AgentLine text={about} className="min-w-0 truncate" />
      )}
      {count > 1 && <span className="shrink-0">· {count} times</span>}
      {event && (
        <span className="shrink-0">
          · <Time at={event.occurred_at} />
        </span>
      )}
    </span>
  );
}
