/** The health of an agent: a word with its score, and each part with its reason. */
import type { AgentHealth } from "@bailiwick/sdk";
import { BellOff, CircleCheck, CircleX, type LucideIcon, Timer, TriangleAlert } from "lucide-react";
import { cx } from "../../ui/class-names.ts";
import { Tip } from "../../ui/tip.tsx";
import {
  type HealthLevel,
  type HealthPart,
  healthLevel,
  PART_WORDS,
  PARTS,
  partLevel,
  shareOf,
} from "./health-words.ts";

interface Look {
  word: string;
  icon: LucideIcon;
  look: string;
}

const LOOKS: Record<HealthLevel, Look> = {
  unwell: { word: "Unwell", icon: CircleX, look: "text-failed" },
  look: { word: "Look at it", icon: TriangleAlert, look: "text-blocked" },
  silent: { word: "Silent", icon: BellOff, look: "text-ink-2 [&>svg]:text-blocked" },
  slow: { word: "Slow", icon: Timer, look: "text-ink-2 [&>svg]:text-ink-3" },
  healthy: { word: "Healthy", icon: CircleCheck, look: "text-ink-2 [&>svg]:text-completed" },
};

export function HealthScore({ of: health }: { of: Pick<AgentHealth, "score" | "parts"> }) {
  const { word, icon: Icon, look } = LOOKS[healthLevel(health)];
  return (
    <span className={cx("inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap", look)}>
      <Icon aria-hidden className="size-4" strokeWidth={2} />
      {word}
      {health.score !== null && <span className="font-normal text-ink-3 tabular-nums">{Math.round(health.score)}</span>}
    </span>
  );
}

/** Each part as a line: its bar, its points, its reason. A part that the tier hides is absent. */
export function HealthParts({ parts }: Pick<AgentHealth, "parts">) {
  return (
    <ul className="@container space-y-2.5">
      {PARTS.map((name) => {
        const part = parts[name];
        return (
          part && (
            <li
              key={name}
              className="grid grid-cols-[64px_112px_44px_minmax(0,1fr)] items-center gap-x-3 @max-lg:grid-cols-[64px_minmax(0,1fr)_44px]"
            >
              <span className="text-ink">{PART_WORDS[name]}</span>
              <PartBar name={PART_WORDS[name]} part={part} />
              <span className="text-right text-xs text-ink-3 tabular-nums">
                {part.score !== null && `${Math.round(part.score)} / ${part.max}`}
              </span>
              <span className="text-sm text-ink-2 @max-lg:col-span-3">{part.reason}</span>
            </li>
          )
        );
      })}
    </ul>
  );
}

/** Healthy parts stay grey. */
const GROUNDS = { healthy: "bg-ink-3/50", look: "bg-blocked", unwell: "bg-failed" } as const;
const TRACKS = { healthy: "bg-pressed", look: "bg-pressed", unwell: "bg-failed/25" } as const;

/** A part without points has a red track, so that it is not mistaken for an unknown one. Slow calls are amber at most. */
export function PartBar({ name, part }: { name: string; part: HealthPart }) {
  const { score, max, reason } = part;
  if (score === null) {
    return (
      <Tip text={reason}>
        <i className="text-xs whitespace-nowrap text-ink-3">unknown</i>
      </Tip>
    );
  }
  const level = partLevel(part);
  const shown = name === PART_WORDS.latency && level === "unwell" ? "look" : level;
  return (
    <Tip text={reason}>
      <span
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={score}
        className={cx("forced-color-adjust-none block h-1.5 w-full overflow-hidden rounded-full", TRACKS[shown])}
      >
        <span
          className={cx("block h-full rounded-full", GROUNDS[shown])}
          style={{ width: `max(4px, ${100 * shareOf(part)}%)` }}
        />
      </span>
    </Tip>
  );
}
