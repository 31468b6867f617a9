/**
 * The events of a run: a row each, with its time on a common axis, and its own cost and that with the events below. Tab
 * reaches one row; arrows move to the others, open and close; Enter opens the event.
 */
import type { ObsGetRunOutput } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { cx } from "../../ui/class-names.ts";
import { durationText } from "../../ui/duration.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { useNow } from "../../ui/time.tsx";
import { useIsPhone } from "../../ui/use-media.ts";
import { AXIS, LINE, RunRow } from "./run-row.tsx";
import { shownRows, ticksOf, type WaterfallRow, waterfallOf } from "./waterfall.ts";

const TICKS = { wide: 6, phone: 3 } as const;
/** Of a running run, the axis goes on at this pace. */
const STEP_MS = 5_000;

/** The id of the element, for the link that skips to its events. */
const WATERFALL = "waterfall";

/** The first link of a run: before the events stand failures, figures and copies of ids. */
export function SkipToEvents() {
  return (
    <button
      type="button"
      className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-4 focus:z-20 focus:rounded focus:bg-raised focus:px-3 focus:py-1.5 focus:shadow-pop"
      onClick={() => document.querySelector<HTMLElement>(`#${WATERFALL} [tabindex="0"]`)?.focus()}
    >
      Skip to the events
    </button>
  );
}

export function focusEvent(id: string): void {
  const row = document.querySelector<HTMLElement>(`#${WATERFALL} [data-id="${id}"]`);
  row?.scrollIntoView({ block: "center" });
  row?.focus({ preventScroll: true });
}

export function RunWaterfall({ run }: { run: ObsGetRunOutput }) {
  const isOpen = run.status === "running" && !run.is_silent;
  const now = Math.floor(useNow() / STEP_MS) * STEP_MS;
  const endMs = isOpen ? now : Date.parse(run.finished_at ?? run.last_event_at);
  const { lengthMs, rows } = useMemo(
    () => waterfallOf(run.events, { started_at: run.started_at, endMs }),
    [run.events, run.started_at, endMs],
  );
  const ticks = ticksOf(lengthMs, useIsPhone() ? TICKS.phone : TICKS.wide);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [stop, setStop] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const shown = shownRows(rows, closed);
  const first = shown.find(({ node }) => node.event.id === stop)?.node.event.id ?? shown[0]?.node.event.id;
  const navigate = useNavigate();
  const toggle = (id: string, close: boolean) => setClosed((ids) => withId(ids, id, close));
  const focusFirst = () => box.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  useHotkeys([{ keys: "e", label: "Go to the events of the run", isMove: true, run: focusFirst }]);
  if (rows.length === 0) return <p className="text-ink-3">No events.</p>;
  const onKeyDown = (event: KeyboardEvent) => {
    const at = shown.findIndex(({ node }) => node.event.id === first);
    const row = shown[at];
    if (!row) return;
    const acted = actOn(event.key, { row, at, shown, closed });
    if (!acted) return;
    event.preventDefault();
    if (acted.open) void navigate({ to: "/live/$id", params: { id: acted.open } });
    if (acted.toggle) toggle(acted.toggle.id, acted.toggle.close);
    if (acted.goTo) box.current?.querySelector<HTMLElement>(`[data-id="${acted.goTo}"]`)?.focus();
  };
  return (
    <div className="@container">
      <div ref={box} id={WATERFALL} role="treegrid" aria-label="Events of this run" onKeyDown={onKeyDown}>
        <Heads lengthMs={lengthMs} ticks={ticks} />
        {shown.map((row) => (
          <RunRow
            key={row.node.event.id}
            row={row}
            lengthMs={lengthMs}
            everyMs={ticks[1] ?? lengthMs}
            isClosed={closed.has(row.node.event.id)}
            isStop={row.node.event.id === first}
            onFocus={() => setStop(row.node.event.id)}
            onToggle={(close) => toggle(row.node.event.id, close)}
            onOpen={() => void navigate({ to: "/live/$id", params: { id: row.node.event.id } })}
          />
        ))}
      </div>
    </div>
  );
}

function withId(ids: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(ids);
  if (isIn) next.add(id);
  else next.delete(id);
  return next;
}

interface Place {
  row: WaterfallRow;
  at: number;
  shown: readonly WaterfallRow[];
  closed: ReadonlySet<string>;
}

interface Act {
  goTo?: string | undefined;
  open?: string;
  toggle?: { id: string; close: boolean };
}

/** Returns what a key does on a row; undefined for any other key. */
function actOn(key: string, { row, at, shown, closed }: Place): Act | undefined {
  const { id } = row.node.event;
  const idAt = (place: number) => shown[place]?.node.event.id;
  const isClosed = closed.has(id);
  switch (key) {
    case "ArrowDown":
      return { goTo: idAt(at + 1) };
    case "ArrowUp":
      return { goTo: idAt(at - 1) };
    case "Home":
      return { goTo: idAt(0) };
    case "End":
      return { goTo: idAt(shown.length - 1) };
    case "ArrowRight":
      if (isClosed) return { toggle: { id, close: false } };
      return row.hasBelow ? { goTo: idAt(at + 1) } : {};
    case "ArrowLeft":
      if (row.hasBelow && !isClosed) return { toggle: { id, close: true } };
      return { goTo: row.node.parent_event_id ?? undefined };
    case "Enter":
      return { open: id };
    default:
      return undefined;
  }
}

function Heads({ lengthMs, ticks }: { lengthMs: number; ticks: readonly number[] }) {
  return (
    <div
      role="row"
      className={cx(
        LINE,
        "sticky top-0 z-10 h-7 border-b border-line bg-canvas text-ink-3 @max-2xl:h-auto @max-2xl:pt-1",
      )}
    >
      <span role="columnheader">Event</span>
      <span role="columnheader" className={cx(AXIS, "@max-2xl:h-5")}>
        <span className="sr-only">Time</span>
        {ticks.map((ms, at) => (
          <span
            key={ms}
            aria-hidden
            className={cx(
              "absolute bottom-1 text-xs whitespace-nowrap",
              ms > 0 && "-translate-x-1/2",
              at > 0 && ms / lengthMs > 0.95 && "hidden",
            )}
            style={{ left: `${(ms / lengthMs) * 100}%` }}
          >
            {ms === 0 ? "0" : tickText(ms)}
          </span>
        ))}
      </span>
      <span role="columnheader" className="text-right">
        Duration
      </span>
      <span role="columnheader" className="text-right @max-2xl:hidden">
        Own cost
      </span>
      <span role="columnheader" className="text-right">
        Total
      </span>
    </div>
  );
}

/** `500 ms`, `20 s`, `1:20`. */
function tickText(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${ms / 1_000} s`;
  if (ms >= 3_600_000) return durationText(ms);
  return `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, "0")}`;
}
