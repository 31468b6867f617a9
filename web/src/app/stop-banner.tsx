/** The stops in force, above every page. */
import type { Stop } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Octagon } from "lucide-react";
import { useConfirmations } from "../data/stops.ts";
import { ActorName } from "../domain/actor-name.tsx";
import { LiftButton } from "../domain/stops/lift-button.tsx";
import { StopTarget } from "../domain/stops/stop-parts.tsx";
import { confirmedText, partsText } from "../domain/stops/stop-words.ts";
import { AgentLine } from "../ui/agent-text.tsx";
import { buttonClass } from "../ui/button.tsx";
import { Time } from "../ui/time.tsx";

/** Further stops are on the page of stops. */
const SHOWN = 2;

export function StopBanner({ stops }: { stops: readonly Stop[] }) {
  useConfirmations(stops.some(({ state }) => state === "stopping"));
  const more = stops.length - SHOWN;
  return (
    <div role="status" aria-label="Stops in force" className="shrink-0 bg-failed-soft text-ink">
      {stops.slice(0, SHOWN).map((stop) => (
        <StopLine key={stop.id} stop={stop} />
      ))}
      {more > 0 && (
        <Link to="/stops" className="block border-b border-line px-4 py-1 text-sm hover:underline">
          {more === 1 ? "1 more stop is in force" : `${more} more stops are in force`}
        </Link>
      )}
    </div>
  );
}

function StopLine({ stop }: { stop: Stop }) {
  const { id, state, reason, stopped_by, created_at, in_force } = stop;
  return (
    <div className="flex items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5 sm:flex-wrap">
      <Octagon aria-hidden className="size-4 shrink-0 text-failed" />
      <div className="min-w-0 grow sm:basis-40">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 font-medium max-sm:flex-nowrap max-sm:*:truncate">
          <StopTarget of={stop} />
          <span className="text-failed">{state === "stopping" ? "is stopping" : "is stopped"}</span>
          <span className="text-sm font-normal text-ink-2 max-sm:hidden">{confirmedText(stop)}</span>
        </p>
        <p className="flex min-w-0 flex-wrap gap-x-1.5 text-sm text-ink-2 max-sm:flex-nowrap">
          <AgentLine text={reason} className="min-w-0 truncate text-ink" />
          <span className="max-sm:hidden">
            <ActorName actor={stopped_by} />, <Time at={created_at} />
          </span>
          <span className="max-sm:hidden">{partsText(in_force)}</span>
        </p>
      </div>
      <div className="flex shrink-0 gap-2">
        <Link to="/stops/$id" params={{ id }} className={buttonClass("plain", "small")}>
          Details
        </Link>
        <LiftButton id={id} />
      </div>
    </div>
  );
}
