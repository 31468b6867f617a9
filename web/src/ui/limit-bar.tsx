/** A limit as a bar: used solid, reserved hatched, left empty, a tick where it is near; its sentence follows. */
import type { ReactNode } from "react";
import { cx } from "./class-names.ts";
import { type LimitUse, limitLevel, NEAR_SHARE, sharesOf } from "./limit.ts";
import { LEVEL_TEXT } from "./ring.tsx";

interface LimitBarProps {
  use: LimitUse;
  /** The name of the limit for screen readers. */
  label: string;
  /** "$41.20 + $3.00 reserved of $50.00 · resets in 6 h". */
  children: ReactNode;
  /** The sentence stands below the bar, so that the bars of a column are equally long. */
  isStacked?: boolean;
  /** A word with an icon for the level, before the sentence. */
  sign?: ReactNode;
}

const GROUNDS = { free: "bg-accent", near: "bg-blocked", full: "bg-failed" } as const;
const percent = (share: number) => `${share * 100}%`;

export function LimitBar({ use, label, children, isStacked = false, sign }: LimitBarProps) {
  const { used, reserved } = sharesOf(use);
  const level = limitLevel(use);
  return (
    <div className={cx("flex min-w-0 gap-x-3", isStacked ? "flex-col gap-y-1.5" : "flex-wrap items-center gap-y-1")}>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={use.cap}
        aria-valuenow={Math.min(use.used, use.cap)}
        className={cx(
          "forced-color-adjust-none relative flex h-2 overflow-hidden rounded-full bg-pressed",
          isStacked ? "w-full" : "min-w-24 grow basis-40",
        )}
      >
        <span className={cx("h-full", GROUNDS[level])} style={{ width: percent(used) }} />
        {use.hasUnpriced && <span className={cx("hatched h-full w-1.5", LEVEL_TEXT[level])} />}
        <span className={cx("hatched h-full", LEVEL_TEXT[level])} style={{ width: percent(reserved) }} />
        <span className="absolute inset-y-0 w-px bg-ink-3" style={{ left: percent(NEAR_SHARE) }} />
      </div>
      <span className={cx("text-sm text-ink-2", isStacked && "truncate")}>
        {sign}
        {use.hasUnpriced && "≥ "}
        {children}
      </span>
    </div>
  );
}
