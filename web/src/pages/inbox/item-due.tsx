/** The deadline of an item, or the time until which it is away. */
import { AlarmClock } from "lucide-react";
import { cx } from "../../ui/class-names.ts";
import { Time, useNow } from "../../ui/time.tsx";
import { dueOf, type InboxItem } from "./items.ts";

/** The items that end by themselves at their time. */
const ENDS: ReadonlySet<string> = new Set(["invitation", "request", "action"]);
const SOON_MS = 3_600_000;

interface DueProps {
  item: InboxItem;
  /** The time until which the item is away. */
  until: string | undefined;
}

export function Due({ item, until }: DueProps) {
  const at = dueOf(item);
  if (until !== undefined) {
    return (
      <span className="inline-flex items-center gap-1 text-sm text-ink-3">
        <AlarmClock aria-hidden className="size-3.5" />
        <span className="sr-only">Back</span> <Time at={until} />
      </span>
    );
  }
  return at === null ? null : <DueTime at={at} word={ENDS.has(item.kind) ? "ends" : "due"} />;
}

/** Amber in the last hour, red when the time is over. */
function DueTime({ at, word }: { at: string; word: string }) {
  const left = Date.parse(at) - useNow();
  const tone = left < 0 ? "font-medium text-failed" : left < SOON_MS ? "font-medium text-blocked" : "text-ink-3";
  return (
    <span className={cx("text-sm", tone)}>
      {word} <Time at={at} />
    </span>
  );
}
