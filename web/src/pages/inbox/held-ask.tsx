/** A daily cap without room or a stop, and the tasks that wait for it. */
import { Link } from "@tanstack/react-router";
import { useStopsInForce } from "../../data/stops.ts";
import { ActorName } from "../../domain/actor-name.tsx";
import { TopUpButton } from "../../domain/limits/top-up-button.tsx";
import { LiftButton } from "../../domain/stops/lift-button.tsx";
import { StopTarget } from "../../domain/stops/stop-parts.tsx";
import { confirmedText } from "../../domain/stops/stop-words.ts";
import { AgentText } from "../../ui/agent-text.tsx";
import { Time } from "../../ui/time.tsx";
import { TaskTitles } from "./away-ask.tsx";
import { type HeldItem, heldText } from "./items.ts";

/** The tasks that the panel lists. */
const SHOWN_MAX = 20;

export function HeldAsk({ item }: { item: HeldItem }) {
  return (
    <section className="min-h-0 space-y-4 overflow-y-auto p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">{heldText(item)}</h2>
      {item.kind === "capped" ? <Cap of={item} /> : <StopInForce of={item} />}
      <TaskTitles tasks={item.waiting.slice(0, SHOWN_MAX)} />
    </section>
  );
}

function Cap({ of: { causeId, gap } }: { of: HeldItem }) {
  return (
    <>
      <p>{gap.reason}</p>
      <p className="text-sm text-ink-2">{gap.next_step}</p>
      <div className="flex flex-wrap items-center gap-3">
        <TopUpButton policyId={causeId} look="primary" />
        <Link to="/limits" className="text-accent-ink hover:underline">
          All limits
        </Link>
      </div>
    </>
  );
}

function StopInForce({ of: { causeId, gap } }: { of: HeldItem }) {
  const stop = useStopsInForce().find(({ id }) => id === causeId);
  return (
    <>
      {stop ? <AgentText text={stop.reason} /> : <p>{gap.reason}</p>}
      {stop && (
        <p className="text-sm text-ink-2">
          <StopTarget of={stop} />, stopped by <ActorName actor={stop.stopped_by} />, <Time at={stop.created_at} />.{" "}
          {confirmedText(stop)}.
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <LiftButton id={causeId} look="primary" />
        <Link to="/stops/$id" params={{ id: causeId }} className="text-accent-ink hover:underline">
          The stop
        </Link>
      </div>
    </>
  );
}
