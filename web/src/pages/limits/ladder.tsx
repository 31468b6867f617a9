/** The steps that a limit may take, the mildest first, up to its own. */

import { ACTION_TYPES } from "../../domain/limits/limit-words.ts";
import { cx } from "../../ui/class-names.ts";

const STEP_PX = 3;

export function Ladder({ action, isActing }: { action: string; isActing: boolean }) {
  const own = ACTION_TYPES.findIndex(({ value }) => value === action);
  return (
    <span aria-hidden className="inline-flex h-3 shrink-0 items-end gap-px">
      {ACTION_TYPES.map(({ value }, at) => (
        <span
          key={value}
          className={cx(
            "forced-color-adjust-none w-1 rounded-[1px]",
            at > own ? "bg-line-strong" : isActing ? "bg-failed" : "bg-ink-3",
          )}
          style={{ height: (at + 1) * STEP_PX }}
        />
      ))}
    </span>
  );
}
