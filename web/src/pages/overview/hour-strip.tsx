/** The last hour as a strip of minutes, with the number of facts of each kind. */
import { type KeyboardEvent, useRef, useState } from "react";
import { FACT_KINDS } from "../../domain/facts/fact-kind.ts";
import { cx } from "../../ui/class-names.ts";
import { ErrorState } from "../../ui/states.tsx";
import { Tip } from "../../ui/tip.tsx";
import { MINUTES, type Minute } from "./last-hour.ts";
import type { HourView } from "./use-hour-view.ts";

/** The height of the fullest minute. */
const BAR_MAX_PX = 56;
const BAR_MIN_PX = 4;
/** A minute with fewer facts than this is not a full bar. */
const FULL_MIN = 10;
/** A lower bar has no gaps between its kinds. */
const GAPS_MIN_PX = 16;

export function LastHour({ view }: { view: HourView }) {
  const { minutes, error, reload } = view;
  if (error) return <ErrorState error={error} retry={reload} />;
  const total = minutes.reduce((sum, minute) => sum + minute.total, 0);
  // The first minute starts before the hour that was read, so it is never known as a whole.
  const isCut = !view.isLoading && minutes.slice(1).some(({ isKnown }) => !isKnown);
  return (
    <section className="border-t border-line px-4 pt-4 pb-3">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 className="text-sm font-semibold text-ink">Last hour</h2>
        <p className="text-sm text-ink-3 tabular-nums">{view.isLoading ? " " : countText(total, isCut)}</p>
        <Legend minutes={minutes} />
      </div>
      <Bars view={view} />
      <div aria-hidden className="mt-1 flex justify-between text-xs text-ink-3">
        <span>1 h ago</span>
        <span>30 min</span>
        <span>now</span>
      </div>
    </section>
  );
}

function countText(total: number, isCut: boolean): string {
  const facts = total === 1 ? "1 fact" : `${total.toLocaleString("en-US")} facts`;
  return isCut ? `the newest ${facts}; earlier facts are not counted` : facts;
}

function Legend({ minutes }: { minutes: readonly Minute[] }) {
  const kinds = FACT_KINDS.map(({ kind, ...look }) => ({
    ...look,
    count: minutes.reduce((sum, { counts }) => sum + (counts[kind] ?? 0), 0),
  }));
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-ink-2 sm:ml-auto">
      {kinds
        .filter(({ count }) => count > 0)
        .map(({ word, ground, count }) => (
          <li key={word} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={cx("forced-color-adjust-none size-2 rounded-full", ground)} />
            {word}
            <span className="text-ink-3 tabular-nums">{count}</span>
          </li>
        ))}
    </ul>
  );
}

/** Tab stops once, arrow keys move between minutes, and Enter shows one minute alone. */
function Bars({ view: { minutes, chosen, setChosen, nearLine, setNearBar } }: { view: HourView }) {
  const [stop, setStop] = useState(MINUTES - 1);
  const strip = useRef<HTMLDivElement>(null);
  const fullest = Math.max(FULL_MIN, ...minutes.map(({ total }) => total));
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextStop(event.key, stop);
    if (next === undefined) return;
    event.preventDefault();
    strip.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div
      ref={strip}
      role="toolbar"
      aria-label="Minutes of the last hour"
      className="flex items-end"
      onKeyDown={onKeyDown}
      onPointerLeave={() => setNearBar(undefined)}
    >
      {minutes.map((minute, at) => (
        <Tip key={minute.startMs} text={labelOf(minute)}>
          <button
            type="button"
            tabIndex={at === stop ? 0 : -1}
            aria-pressed={chosen === minute.startMs}
            aria-label={labelOf(minute)}
            className={cx(
              "flex grow hover:bg-hover basis-0 flex-col-reverse items-stretch justify-start rounded-sm px-px pt-1 sm:px-0.5",
              nearLine === minute.startMs && "bg-hover",
              chosen === minute.startMs && "bg-selected",
            )}
            onFocus={() => setStop(at)}
            onPointerEnter={() => setNearBar(minute.startMs)}
            onClick={() => setChosen(chosen === minute.startMs ? undefined : minute.startMs)}
          >
            <Bar minute={minute} fullest={fullest} />
          </button>
        </Tip>
      ))}
    </div>
  );
}

function nextStop(key: string, stop: number): number | undefined {
  if (key === "ArrowLeft") return Math.max(0, stop - 1);
  if (key === "ArrowRight") return Math.min(MINUTES - 1, stop + 1);
  if (key === "Home") return 0;
  return key === "End" ? MINUTES - 1 : undefined;
}

function Bar({ minute, fullest }: { minute: Minute; fullest: number }) {
  const height = minute.total === 0 ? 0 : Math.max(BAR_MIN_PX, (minute.total / fullest) * BAR_MAX_PX);
  return (
    <span aria-hidden className="flex flex-col justify-end" style={{ height: BAR_MAX_PX }}>
      {minute.total === 0 ? (
        <span className={cx("h-0.5 rounded-full", minute.isKnown ? "bg-line" : "bg-transparent")} />
      ) : (
        <span
          className={cx(
            "forced-color-adjust-none flex flex-col-reverse overflow-hidden rounded-sm",
            height > GAPS_MIN_PX && "gap-px",
          )}
          style={{ height }}
        >
          {FACT_KINDS.map(({ kind, ground }) => {
            const count = minute.counts[kind];
            return count ? <span key={kind} className={ground} style={{ flexGrow: count, flexBasis: 0 }} /> : null;
          })}
        </span>
      )}
    </span>
  );
}

function labelOf({ startMs, counts, total, isKnown }: Minute): string {
  const time = new Date(startMs).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  if (!isKnown) return `${time}: unknown`;
  if (total === 0) return `${time}: nothing`;
  const parts = FACT_KINDS.flatMap(({ kind, word }) => (counts[kind] ? [`${counts[kind]} ${word.toLowerCase()}`] : []));
  return `${time}: ${parts.join(", ")}`;
}
