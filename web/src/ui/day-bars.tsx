/** A small column for each day; each has its tip, and their sentence is for screen readers. */
import { cx } from "./class-names.ts";
import { Tip } from "./tip.tsx";

export interface DayBar {
  date: string;
  value: number;
  /** "12 Nov: $4.20, 31 calls". */
  text: string;
  /** A part of the value is unknown. */
  isPartial?: boolean;
  /** The value passed the line. */
  isMarked?: boolean;
}

interface DayBarsProps {
  label: string;
  bars: readonly DayBar[];
  /** A value that the bars are compared with. */
  line?: number;
}

/** The share of the height that the highest value takes. */
const HEIGHT_PERCENT = 88;

export function DayBars({ label, bars, line = 0 }: DayBarsProps) {
  const most = Math.max(line, ...bars.map(({ value }) => value)) || 1;
  const percentOf = (value: number) => (value / most) * HEIGHT_PERCENT;
  return (
    <ul aria-label={label} className="relative flex h-12 items-stretch gap-px">
      {line > 0 && (
        <li
          aria-hidden
          className="pointer-events-none absolute inset-x-0 border-t border-dashed border-ink-2"
          style={{ bottom: `${percentOf(line)}%` }}
        />
      )}
      {bars.map(({ date, value, text, isPartial, isMarked }) => (
        <Tip key={date} text={text}>
          <li aria-label={text} className="flex min-w-1 max-w-5 grow basis-0 flex-col-reverse hover:bg-hover">
            <span
              aria-hidden
              className={cx(
                "forced-color-adjust-none rounded-t-sm",
                isMarked ? "bg-failed" : value > 0 ? "bg-accent" : "bg-line-strong",
              )}
              style={{ height: value > 0 ? `max(2px,${percentOf(value)}%)` : "1px" }}
            />
            {isPartial && <span aria-hidden className="hatched forced-color-adjust-none h-1 text-ink-3" />}
          </li>
        </Tip>
      ))}
    </ul>
  );
}
