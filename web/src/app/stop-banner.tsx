/** The stops in force, above every page. */
import type { Stop } from "@bailiwick/sdk";
import { Link, useLocation } from "@tanstack/react-router";
import { Octagon } from "lucide-react";
import { useConfirmations } from "../data/stops.ts";
import { ActorName } from "../domain/actor-name.tsx";
import { LiftButton } from "../domain/stops/lift-button.tsx";
import { StopTarget } from "../domain/stops/stop-parts.tsx";
import { confirmedText, partsText } from "../domain/stops/stop-words.ts";
import { AgentLine } from "../ui/agent-text.tsx";
import { buttonClass } from "../ui/button.tsx";
import { cx } from "../ui/class-names.ts";
import { Time } from "../ui/time.tsx";

/** Further stops are on the page of stops. */
const SHOWN = 2;

export function StopBanner({ stops: all }: { stops: readonly Stop[] }) {
  const { pathname } = useLocation();
  // The page of a stop says the same.
  const stops = all.filter(({ id }) => pathname !== `/stops/${id}`);
  useConfirmations(all.some(({ state }) => state === "stopping"));
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
    <div className="relative flex items-center gap-x-3 border-b border-line px-4 py-1.5">
      <Octagon aria-hidden className="size-4 shrink-0 text-failed" />
      <div className="min-w-0 grow">
        <p className="flex min-w-0 items-baseline gap-x-1.5 font-medium">
          <StopTarget of={stop} />
          <span className="shrink-0 text-failed">{state === "stopping" ? "is stopping" : "is stopped"}</span>
          <span className="truncate text-sm font-normal text-ink-2 max-sm:hidden">{confirmedText(stop)}</span>
        </p>
        <p className="flex min-w-0 gap-x-1.5 text-sm text-ink-2">
          <AgentLine text={reason} className="min-w-0 truncate text-ink" />
          <span className="shrink-0 max-sm:hidden">
            <ActorName actor={stopped_by} />, <Time at={created_at} />
          </span>
          <span className="shrink-0 max-md:hidden">{partsText(in_force)}</span>
        </p>
      </div>
      <div className="flex shrink-0 gap-2">
        {/* On a phone the link is the whole banner. */}
        <Link
          to="/stops/$id"
          params={{ id }}
          className={cx(buttonClass("plain", "small"), "max-sm:absolute max-sm:inset-0 max-sm:h-auto max-sm:opacity-0")}
        >
          Details
        </Link>
        <span className="relative z-1 flex">
          <LiftButton id={id} />
        </span>
      </div>
    </div>
  );
}
