/** A limit as a ring around its content. Where the ring closes, the next use is refused. */
import type { ReactNode } from "react";
import { cx } from "./class-names.ts";
import { type LimitUse, limitLevel, sharesOf } from "./limit.ts";
import { Tip } from "./tip.tsx";

interface RingProps {
  /** Undefined without a limit: the ring is grey. */
  use: LimitUse | undefined;
  /** The sentence of the limit: "$41.20 of $50.00 today". */
  label: string;
  size?: "row" | "page";
  /** The content inside, for example an avatar. */
  children?: ReactNode;
  /** The dot at the lower right, for example the presence of an agent. */
  dot?: ReactNode;
}

const SIZES_PX = { row: 24, page: 44 } as const;
const STROKE_PX = 2;
export const LEVEL_TEXT = { free: "text-accent-ink", near: "text-blocked", full: "text-failed" } as const;

export function Ring({ use, label, size = "row", children, dot }: RingProps) {
  const px = SIZES_PX[size];
  const { used, reserved } = use ? sharesOf(use) : { used: 0, reserved: 0 };
  return (
    <Tip text={label}>
      <span
        role="img"
        aria-label={label}
        className="relative inline-flex shrink-0 items-center justify-center align-middle"
        style={{ width: px, height: px }}
      >
        <svg aria-hidden="true" viewBox={`0 0 ${px} ${px}`} className="absolute inset-0 size-full -rotate-90 fill-none">
          <Arc px={px} from={0} share={1} className={use ? "stroke-line" : "stroke-line-strong"} />
          {use && (
            <g className={LEVEL_TEXT[limitLevel(use)]}>
              <Arc px={px} from={used} share={reserved} className="stroke-current" isHatched />
              <Arc px={px} from={0} share={used} className="stroke-current" />
            </g>
          )}
        </svg>
        <span className={cx("inline-flex overflow-hidden rounded-full", size === "page" ? "size-9" : "size-[18px]")}>
          {children}
        </span>
        {dot && <span className="absolute -right-0.5 -bottom-0.5 inline-flex rounded-full bg-canvas p-px">{dot}</span>}
      </span>
    </Tip>
  );
}

interface ArcProps {
  px: number;
  /** Where the arc starts and how long it is, as shares of the circle. */
  from: number;
  share: number;
  isHatched?: boolean;
  className: string;
}

function Arc({ px, from, share, isHatched = false, className }: ArcProps) {
  if (share <= 0) return null;
  const radius = (px - STROKE_PX) / 2;
  const around = 2 * Math.PI * radius;
  const length = share * around;
  const dashes = `${isHatched ? hatching(length) : length} ${around}`;
  return (
    <circle
      cx={px / 2}
      cy={px / 2}
      r={radius}
      strokeWidth={STROKE_PX}
      strokeDasharray={dashes}
      strokeDashoffset={-from * around}
      className={className}
    />
  );
}

const HATCH_PX = 1.5;

/** Returns short dashes with gaps between them, as long together as the arc. */
function hatching(length: number): string {
  const gaps = Math.max(0, Math.round(length / (2 * HATCH_PX)) - 1);
  return `${`${HATCH_PX} ${HATCH_PX} `.repeat(gaps)}${HATCH_PX}`;
}

/** The uses of a grant that are left, as filled and empty dots. */
export function UsesLeft({ left, of }: { left: number; of: number }) {
  return (
    <span role="img" aria-label={`${left} of ${of} uses left`} className="inline-flex items-center gap-1">
      {Array.from({ length: of }, (_, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the dots are alike.
          key={at}
          className={cx("size-1.5 rounded-full", at < left ? "bg-accent-ink" : "border border-line-strong")}
        />
      ))}
    </span>
  );
}
