/** The health of an agent: a score as a word with its number, and each part with its reason. */
import type { AgentHealth } from "@bailiwick/sdk";
import { CircleCheck, CircleHelp, CircleX, type LucideIcon, TriangleAlert } from "lucide-react";
import { cx } from "../../ui/class-names.ts";

type Parts = AgentHealth["parts"];
type Part = NonNullable<Parts[keyof Parts]>;

const PART_WORDS: Record<keyof Parts, string> = {
  success_rate: "Runs",
  latency: "Latency",
  error_burst: "Errors",
  cost_anomaly: "Cost",
};
// `Object.keys` returns the names as text.
const PARTS = Object.keys(PART_WORDS) as (keyof Parts)[];

interface Level {
  word: string;
  icon: LucideIcon;
  look: string;
}

const UNKNOWN: Level = { word: "Unknown", icon: CircleHelp, look: "text-ink-3 italic" };
const LEVELS: readonly (Level & { from: number })[] = [
  { from: 80, word: "Healthy", icon: CircleCheck, look: "text-ink-2 [&>svg]:text-completed" },
  { from: 50, word: "Look at it", icon: TriangleAlert, look: "text-blocked" },
  { from: 0, word: "Unwell", icon: CircleX, look: "text-failed" },
];

export const healthLevel = (score: number | null): Level =>
  score === null ? UNKNOWN : (LEVELS.find(({ from }) => score >= from) ?? UNKNOWN);

export function HealthScore({ score }: { score: number | null }) {
  const { word, icon: Icon, look } = healthLevel(score);
  return (
    <span className={cx("inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap", look)}>
      <Icon aria-hidden className="size-4" strokeWidth={2} />
      {word}
      {score !== null && <span className="font-normal text-ink-3 tabular-nums">{Math.round(score)}</span>}
    </span>
  );
}

/** The weakest part says why the score is not 100. */
export function weakestReason({ parts }: Pick<AgentHealth, "parts">): string | undefined {
  const known = PARTS.flatMap((name) => parts[name] ?? []).filter(({ score, max }) => score !== null && score < max);
  const [weakest] = known.toSorted((a, b) => shareOf(a) - shareOf(b));
  return weakest?.reason;
}

const shareOf = ({ score, max }: Part): number => (score ?? 0) / max;

/** Each part as a line: its bar, its points, its reason. A part that the tier hides is absent. */
export function HealthParts({ parts }: { parts: Parts }) {
  return (
    <ul className="space-y-2">
      {PARTS.map((name) => {
        const part = parts[name];
        return (
          part && (
            <li
              key={name}
              className="grid grid-cols-[72px_96px_minmax(0,1fr)] items-center gap-x-3 max-sm:grid-cols-[72px_minmax(0,1fr)]"
            >
              <span className="text-ink">{PART_WORDS[name]}</span>
              <PartBar name={PART_WORDS[name]} part={part} />
              <span className="text-sm text-ink-2 max-sm:col-span-2">{part.reason}</span>
            </li>
          )
        );
      })}
    </ul>
  );
}

function PartBar({ name, part }: { name: string; part: Part }) {
  const { score, max } = part;
  if (score === null) return <i className="text-sm text-ink-3">unknown</i>;
  const level = healthLevel(100 * shareOf(part));
  const ground = level.word === "Healthy" ? "bg-completed" : level.word === "Unwell" ? "bg-failed" : "bg-blocked";
  return (
    <span className="flex items-center gap-2">
      <span
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={score}
        className="forced-color-adjust-none h-1.5 min-w-8 grow overflow-hidden rounded-full bg-pressed"
      >
        <span className={cx("block h-full", ground)} style={{ width: `${100 * shareOf(part)}%` }} />
      </span>
      <span className="text-xs text-ink-3 tabular-nums">
        {Math.round(score)}/{max}
      </span>
    </span>
  );
}
