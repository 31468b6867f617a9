/** One event of a run: its name, its time on the axis, its latency and its costs. */
import type { ObsEvent } from "@bailiwick/sdk";
import { ChevronRight } from "lucide-react";
import { EventType } from "../../domain/usage/event-columns.tsx";
import { aboutOf, eventLook } from "../../domain/usage/event-words.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { durationText } from "../../ui/duration.ts";
import { exactUsd, shortUsd } from "../../ui/money.tsx";
import { Tip } from "../../ui/tip.tsx";
import type { WaterfallRow } from "./waterfall.ts";

export const LINE =
  "grid grid-cols-[minmax(200px,300px)_minmax(120px,1fr)_72px_72px_80px] items-center gap-3 @max-2xl:grid-cols-[minmax(130px,1.2fr)_minmax(80px,1fr)_64px]";
/** Deeper rows have no further indent, so that names keep some room. */
const INDENT_LEVELS_MAX = 6;
const INDENT_PX = 14;

interface RowProps {
  row: WaterfallRow;
  lengthMs: number;
  isClosed: boolean;
  isStop: boolean;
  onFocus: () => void;
  onToggle: (close: boolean) => void;
  onOpen: () => void;
}

export function RunRow({ row, lengthMs, isClosed, isStop, onFocus, onToggle, onOpen }: RowProps) {
  const { node, hasBelow } = row;
  const { event, depth } = node;
  const isError = event.status === "error";
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
        "h-8 cursor-default border-b border-line/60 -outline-offset-2 hover:bg-hover",
        isError && "text-failed",
      )}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <span
        role="gridcell"
        className="flex min-w-0 items-center gap-1.5"
        style={{ paddingLeft: Math.min(depth, INDENT_LEVELS_MAX) * INDENT_PX }}
      >
        <Chevron isShown={hasBelow} isClosed={isClosed} onToggle={() => onToggle(!isClosed)} />
        <EventName event={event} />
      </span>
      <span role="gridcell" className="relative h-full">
        <Bars row={row} lengthMs={lengthMs} />
      </span>
      <span role="gridcell" className="text-right text-sm text-ink-2 tabular-nums @max-2xl:hidden">
        {event.latency_ms === null ? <LatencyBelow row={row} /> : durationText(event.latency_ms)}
      </span>
      <span role="gridcell" className="text-right text-sm @max-2xl:hidden">
        {event.cost_source !== null && <Cost usd={event.cost_usd} />}
      </span>
      <span role="gridcell" className="text-right text-sm">
        {(hasBelow || event.cost_source !== null) && (
          <Cost usd={!hasBelow && event.cost_usd === null ? null : node.inclusive_cost_usd} isQuiet={!hasBelow} />
        )}
      </span>
    </div>
  );
}

/** On a narrow screen its icon and its subject are enough. */
function EventName({ event }: { event: ObsEvent }) {
  const about = aboutOf(event);
  return (
    <>
      <span className={cx("shrink-0", about && "@max-2xl:w-4 @max-2xl:overflow-hidden")}>
        <EventType event={event} />
      </span>
      {about && (
        <AgentLine
          text={about}
          className={cx("min-w-0 truncate text-sm", event.status !== "error" && "text-ink-3 @max-2xl:text-ink")}
        />
      )}
    </>
  );
}

/** For an event without a time of its own: the time of those below it. */
function LatencyBelow({ row: { hasBelow, allFromMs, allToMs } }: { row: WaterfallRow }) {
  return hasBelow && <span className="text-ink-3">{durationText(allToMs - allFromMs)}</span>;
}

function Cost({ usd, isQuiet = false }: { usd: number | null; isQuiet?: boolean }) {
  if (usd === null) return <i className="text-ink-3">unknown</i>;
  if (usd === 0) return <span className="text-ink-3">–</span>;
  return (
    <Tip text={`$${exactUsd(usd)}`}>
      <span className={cx("tabular-nums", isQuiet && "text-ink-3")}>{shortUsd(usd)}</span>
    </Tip>
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
