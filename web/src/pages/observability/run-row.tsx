/** One event of a run: its name, its time on the axis, its latency and its costs. */
import type { ObsEvent } from "@bailiwick/sdk";
import { ChevronRight } from "lucide-react";
import { EventType } from "../../domain/usage/event-columns.tsx";
import { aboutOf, eventLook } from "../../domain/usage/event-words.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { durationText } from "../../ui/duration.ts";
import { Money } from "../../ui/money.tsx";
import { Tip } from "../../ui/tip.tsx";
import type { WaterfallRow } from "./waterfall.ts";

/** On a narrow screen the bar of a row stands below its name, over the whole width. */
export const LINE =
  "grid grid-cols-[minmax(200px,320px)_minmax(120px,1fr)_80px_72px_72px] items-center gap-x-3 text-sm @max-2xl:grid-cols-[minmax(0,1fr)_auto_72px] [--indent:14px] @max-2xl:[--indent:8px]";
export const AXIS = "relative h-full @max-2xl:order-last @max-2xl:col-span-3 @max-2xl:h-3";
/** Deeper rows have no further indent, so that names keep some room. */
const INDENT_LEVELS_MAX = 6;

interface RowProps {
  row: WaterfallRow;
  lengthMs: number;
  /** Between two times of the axis. */
  everyMs: number;
  isClosed: boolean;
  isStop: boolean;
  onFocus: () => void;
  onToggle: (close: boolean) => void;
  onOpen: () => void;
}

export function RunRow({ row, lengthMs, everyMs, isClosed, isStop, onFocus, onToggle, onOpen }: RowProps) {
  const { node, hasBelow } = row;
  const { event, depth } = node;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it handles the keys of all rows.
    <div
      role="row"
      aria-level={depth + 1}
      aria-expanded={hasBelow ? !isClosed : undefined}
      tabIndex={isStop ? 0 : -1}
      data-id={event.id}
      className={cx(
        LINE,
        "h-8 cursor-default border-b border-line/60 -outline-offset-2 hover:bg-hover @max-2xl:h-auto @max-2xl:py-1.5",
      )}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <span
        role="gridcell"
        className="flex min-w-0 items-center gap-1.5"
        style={{ paddingLeft: `calc(${Math.min(depth, INDENT_LEVELS_MAX)} * var(--indent))` }}
      >
        <Chevron isShown={hasBelow} isClosed={isClosed} onToggle={() => onToggle(!isClosed)} />
        <EventName event={event} />
      </span>
      <span role="gridcell" className={AXIS} style={axisLines(everyMs, lengthMs)}>
        <Bars row={row} lengthMs={lengthMs} />
      </span>
      <span role="gridcell" className="text-right whitespace-nowrap text-ink-2 tabular-nums">
        {event.latency_ms === null ? <LatencyBelow row={row} /> : durationText(event.latency_ms)}
      </span>
      <span role="gridcell" className="text-right @max-2xl:hidden">
        {event.cost_source !== null && <Cost usd={event.cost_usd} />}
      </span>
      <span role="gridcell" className="text-right">
        {(hasBelow || event.cost_source !== null) && (
          <Cost
            usd={!hasBelow && event.cost_usd === null ? null : node.inclusive_cost_usd}
            isQuiet={!hasBelow}
            isShort
          />
        )}
      </span>
    </div>
  );
}

function EventName({ event }: { event: ObsEvent }) {
  const about = aboutOf(event);
  return (
    <>
      <span className="shrink-0">
        <EventType event={event} />
      </span>
      {about && (
        <AgentLine
          text={about}
          className={cx("min-w-0 truncate", event.status === "error" ? "text-failed" : "text-ink-3")}
        />
      )}
    </>
  );
}

/** A thin line at each time of the axis. */
function axisLines(everyMs: number, lengthMs: number) {
  const percent = (everyMs / lengthMs) * 100;
  return {
    backgroundImage: `repeating-linear-gradient(to right, var(--color-line) 0 1px, transparent 1px ${percent}%)`,
  };
}

/** For an event without a time of its own: the time of those below it. */
function LatencyBelow({ row: { hasBelow, allFromMs, allToMs } }: { row: WaterfallRow }) {
  return hasBelow && <span className="text-ink-3">{durationText(allToMs - allFromMs)}</span>;
}

interface CostProps {
  usd: number | null;
  isQuiet?: boolean;
  isShort?: boolean;
}

function Cost({ usd, isQuiet = false, isShort = false }: CostProps) {
  if (usd === 0) return <span className="text-ink-3">–</span>;
  return (
    <span className={cx(isQuiet && "text-ink-3")}>
      <Money usd={usd} isAligned={!isShort} isShort={isShort} />
    </span>
  );
}

function Chevron({ isShown, isClosed, onToggle }: { isShown: boolean; isClosed: boolean; onToggle: () => void }) {
  if (!isShown) return <span aria-hidden className="size-4 shrink-0" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys on the row do the same.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
    <span
      className="flex size-4 shrink-0 items-center justify-center rounded-sm text-ink-3 hover:bg-pressed"
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
    >
      <ChevronRight aria-hidden className={cx("size-3.5 transition-transform", !isClosed && "rotate-90")} />
    </span>
  );
}

const GROUNDS: Readonly<Record<string, string>> = {
  llm_call: "bg-accent",
  tool_call: "bg-running/60",
  tool_result: "bg-running/60",
};

function Bars({ row, lengthMs }: { row: WaterfallRow; lengthMs: number }) {
  const { node, fromMs, toMs, allFromMs, allToMs, hasBelow } = row;
  const { event_type, status } = node.event;
  const ground = status === "error" ? "bg-failed" : (GROUNDS[event_type] ?? "bg-ink-3");
  const place = (from: number, to: number) => ({
    left: `${(from / lengthMs) * 100}%`,
    width: `${((to - from) / lengthMs) * 100}%`,
  });
  const own = toMs > fromMs ? `${durationText(toMs - fromMs)}, ` : "";
  const tip = `${eventLook(event_type).word}: ${own}from ${durationText(fromMs)}`;
  return (
    <>
      {hasBelow && (
        <span aria-hidden className="absolute top-1/2 h-px bg-line-strong" style={place(allFromMs, allToMs)} />
      )}
      <Tip text={tip}>
        {toMs > fromMs ? (
          <span
            className={cx(
              "forced-color-adjust-none absolute top-1/2 h-2 min-w-0.5 -translate-y-1/2 rounded-sm",
              ground,
            )}
            style={place(fromMs, toMs)}
          />
        ) : (
          <span
            className={cx("forced-color-adjust-none absolute top-1/2 size-1.5 -translate-1/2 rounded-full", ground)}
            style={{ left: `${(toMs / lengthMs) * 100}%` }}
          />
        )}
      </Tip>
    </>
  );
}
