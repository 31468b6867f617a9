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
  /** "Mon 12" and "$4.20", for a wide chart. */
  short?: { day: string; value: string };
  /** The value passed the line. */
  isMarked?: boolean;
}

interface DayBarsProps {
  label: string;
  bars: readonly DayBar[];
  /** A value that the bars are compared with. */
  line?: number;
  /** Over the whole width, with a day below each bar and its value above. */
  isWide?: boolean;
}

/** The share of the height that the highest value takes. */
const HEIGHT_PERCENT = 88;
/** The height of a day below its bar and of a value above it. */
const [DAY_PX, VALUE_PX] = [20, 16];

export function DayBars({ label, bars, line = 0, isWide = false }: DayBarsProps) {
  const most = Math.max(line, ...bars.map(({ value }) => value)) || 1;
  return (
    <ul aria-label={label} className={cx("relative flex items-stretch", isWide ? "h-36 gap-2" : "h-12 gap-px")}>
      {line > 0 && (
        <li
          aria-hidden
          className="pointer-events-none absolute inset-x-0 z-1 border-t border-dashed border-ink-2"
          style={{
            bottom: isWide
              ? `calc(${DAY_PX}px + (100% - ${DAY_PX + VALUE_PX}px) * ${line / most})`
              : `${(line / most) * HEIGHT_PERCENT}%`,
          }}
        />
      )}
      {bars.map((bar) => (
        <Bar key={bar.date} of={bar} isWide={isWide} share={bar.value / most} />
      ))}
    </ul>
  );
}

/** `share`: of the highest value or of the line. */
function Bar({ of, isWide, share }: { of: DayBar; isWide: boolean; share: number }) {
  const { value, text, short, isPartial, isMarked } = of;
  const height = isWide ? `calc((100% - ${DAY_PX + VALUE_PX}px) * ${share})` : `${share * HEIGHT_PERCENT}%`;
  return (
    <Tip text={text}>
      <li
        aria-label={text}
        className={cx("flex min-w-1 grow basis-0 flex-col-reverse rounded-sm hover:bg-hover", !isWide && "max-w-5")}
      >
        {isWide && (
          <span aria-hidden className="truncate text-center text-xs text-ink-3" style={{ height: DAY_PX }}>
            {short?.day}
          </span>
        )}
        <span
          aria-hidden
          className={cx(
            "forced-color-adjust-none rounded-t-sm",
            isMarked ? "bg-failed" : value > 0 ? "bg-accent" : "bg-line-strong",
          )}
          style={{ height: value === 0 ? "1px" : `max(2px,${height})` }}
        />
        {isWide && value > 0 && (
          <span
            aria-hidden
            className={cx("truncate text-center text-xs tabular-nums", isMarked ? "text-failed" : "text-ink-2")}
          >
            {short?.value}
          </span>
        )}
        {isPartial && <span aria-hidden className="hatched forced-color-adjust-none h-1 text-ink-3" />}
      </li>
    </Tip>
  );
}
