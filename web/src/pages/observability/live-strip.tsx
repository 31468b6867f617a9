/** The last minutes as columns: model calls, failures and all else. It counts the events of the list below it. */
import type { ObsEvent } from "@bailiwick/sdk";
import { cx } from "../../ui/class-names.ts";
import { counted } from "../../ui/count.tsx";
import { useNow } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { type Column, columnsOf, STRIP_COLUMNS, spanOf } from "./strip.ts";

const HEIGHT_PX = 36;
const GROUNDS = { calls: "fill-accent", others: "fill-ink-3/50", errors: "fill-failed" } as const;
const STEP_MS = 1_000;

interface LiveStripProps {
  events: readonly ObsEvent[];
  /** Older events are not read yet. */
  hasMore: boolean;
}

export function LiveStrip({ events, hasMore }: LiveStripProps) {
  const now = Math.floor(useNow() / STEP_MS) * STEP_MS;
  const spanMs = spanOf(events, hasMore, now);
  const columns = columnsOf(events, now, spanMs);
  const sum = (part: keyof Column) => columns.reduce((total, column) => total + column[part], 0);
  const [calls, others, errors] = [sum("calls"), sum("others"), sum("errors")];
  const all = calls + others + errors;
  const minutes = spanMs / 60_000;
  const about = `${minutes === 1 ? "The last minute" : `The last ${minutes} minutes`}: ${counted(all, "event")}, ${counted(calls, "model call")}, ${counted(errors, "failure")}`;
  return (
    <div className="flex shrink-0 items-end gap-4 border-b border-line px-4 pt-2 pb-1.5 max-sm:block">
      <Tip text={about}>
        <svg
          role="img"
          aria-label={about}
          viewBox={`0 0 ${STRIP_COLUMNS * 4} ${HEIGHT_PX}`}
          preserveAspectRatio="none"
          className="forced-color-adjust-none h-9 min-w-0 grow max-sm:w-full"
        >
          {columns.map((column, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: each column is a place in time.
            <StripColumn key={at} at={at} column={column} most={Math.max(4, ...columns.map(totalOf))} />
          ))}
        </svg>
      </Tip>
      <div className="shrink-0 text-xs text-ink-3 tabular-nums max-sm:flex max-sm:flex-wrap max-sm:gap-x-3 max-sm:pt-1">
        <p className="sm:text-right">
          Arrived in the last {minutes === 1 ? "minute" : `${minutes} min`}:{" "}
          <span className="text-ink-2">{counted(all, "event")}</span>
        </p>
        <p className="flex gap-3 sm:justify-end">
          <Kind ground="bg-accent" text={counted(calls, "model call")} />
          <Kind ground="bg-ink-3/50" text={counted(others, "other")} />
          {errors > 0 && <Kind ground="bg-failed" text={counted(errors, "failure")} />}
        </p>
      </div>
    </div>
  );
}

function Kind({ ground, text }: { ground: string; text: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <span aria-hidden className={cx("forced-color-adjust-none size-2 rounded-sm", ground)} />
      {text}
    </span>
  );
}

const totalOf = ({ calls, others, errors }: Column): number => calls + others + errors;

function StripColumn({ at, column, most }: { at: number; column: Column; most: number }) {
  let top = HEIGHT_PX;
  const total = totalOf(column);
  if (total === 0) return <rect x={at * 4} y={HEIGHT_PX - 1} width={3} height={1} className="fill-line-strong" />;
  return (["calls", "others", "errors"] as const).map((part) => {
    const height = (column[part] / most) * HEIGHT_PX;
    top -= height;
    return height > 0 && <rect key={part} x={at * 4} y={top} width={3} height={height} className={GROUNDS[part]} />;
  });
}
