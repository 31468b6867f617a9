/** Rows with one cause: the reason, their number, and when they happened; a press shows the rows. */
import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { AgentLine } from "./agent-text.tsx";
import { cx } from "./class-names.ts";
import { Count } from "./count.tsx";
import { Spark } from "./spark.tsx";

interface CauseProps {
  /** A text of an agent or of the server. */
  reason: string;
  count: number;
  /** The number in each part of the time, oldest first. */
  spark?: readonly number[] | undefined;
  /** The time of the spark: "the last 24 hours". */
  sparkAbout?: string;
  about?: ReactNode;
  tone?: "failed" | "blocked" | "quiet";
  verbs?: ReactNode;
  /** The rows; they render when the group is open. */
  children: ReactNode;
}

export function CauseGroup(props: CauseProps) {
  const { reason, count, spark, sparkAbout = "the time shown", about, tone = "failed", verbs, children } = props;
  const [isOpen, setOpen] = useState(false);
  const rows = useId();
  return (
    <div>
      <div className="group flex min-h-11 min-w-0 items-center gap-3 max-sm:flex-wrap max-sm:gap-y-0 max-sm:pb-1.5">
        <button
          type="button"
          data-stop
          aria-expanded={isOpen}
          aria-controls={isOpen ? rows : undefined}
          className="flex min-w-0 grow items-center gap-2 rounded-sm py-1.5 text-left hover:bg-hover max-sm:basis-full"
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight
            aria-hidden
            className={cx("size-4 shrink-0 text-ink-3 transition-transform", isOpen && "rotate-90")}
          />
          <span className={cx("min-w-6 shrink-0 text-right font-semibold", TONES[tone])}>
            <Count value={count} />
          </span>
          <AgentLine text={reason} className="line-clamp-3 min-w-0 grow [overflow-wrap:anywhere] sm:line-clamp-2" />
        </button>
        {about && <span className="shrink-0 text-sm text-ink-3 max-sm:hidden">{about}</span>}
        {spark && (
          <span className={cx("shrink-0 max-sm:hidden", TONES[tone])}>
            <Spark values={spark} label={`${count} in ${sparkAbout}`} />
          </span>
        )}
        {verbs && <span className="flex shrink-0 gap-1.5 max-sm:pl-14">{verbs}</span>}
      </div>
      {isOpen && (
        <div id={rows} className="pb-2 pl-6">
          {children}
        </div>
      )}
    </div>
  );
}

const TONES = { failed: "text-failed", blocked: "text-blocked", quiet: "text-ink-3" } as const;
