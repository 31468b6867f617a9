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
}

export function DayBars({ label, bars }: { label: string; bars: readonly DayBar[] }) {
  const most = Math.max(...bars.map(({ value }) => value)) || 1;
  return (
    <ul aria-label={label} className="flex h-12 items-stretch gap-px">
      {bars.map(({ date, value, text, isPartial }) => (
        <Tip key={date} text={text}>
          <li aria-label={text} className="flex min-w-1 max-w-5 grow basis-0 flex-col-reverse hover:bg-hover">
            <span
              aria-hidden
              className={cx("forced-color-adjust-none rounded-t-sm", value > 0 ? "bg-accent" : "bg-line-strong")}
              style={{ height: value > 0 ? `max(2px,${(value / most) * 88}%)` : "1px" }}
            />
            {isPartial && <span aria-hidden className="hatched forced-color-adjust-none h-1 text-ink-3" />}
          </li>
        </Tip>
      ))}
    </ul>
  );
}
