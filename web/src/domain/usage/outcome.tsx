/** The outcome of an event or a run as icon and word. */
import type { EventStatus, RunStatus } from "@bailiwick/sdk";
import { CircleCheck, CirclePlay, CircleX, type LucideIcon, Minus } from "lucide-react";
import { cx } from "../../ui/class-names.ts";

const LOOKS: Record<EventStatus | RunStatus, { word: string; icon: LucideIcon; look: string }> = {
  success: { word: "Success", icon: CircleCheck, look: "text-ink-2 [&>svg]:text-completed" },
  error: { word: "Error", icon: CircleX, look: "text-failed" },
  info: { word: "Info", icon: Minus, look: "text-ink-3" },
  running: { word: "Running", icon: CirclePlay, look: "text-running" },
};

export function Outcome({ status }: { status: EventStatus | RunStatus }) {
  const { word, icon: Icon, look } = LOOKS[status];
  return (
    <span className={cx("inline-flex h-5 items-center gap-1.5 align-top text-sm whitespace-nowrap", look)}>
      <Icon aria-hidden className="size-3.5" strokeWidth={2.25} />
      {word}
    </span>
  );
}

export const STATUS_WORDS = Object.fromEntries(
  Object.entries(LOOKS).map(([status, { word }]) => [status, word]),
) as Record<EventStatus | RunStatus, string>;
