/** A question as a heading, with its circumstances below, its verbs at the side and its time left along the lower edge. */
import type { ReactNode } from "react";
import { cx } from "./class-names.ts";
import { exact, useNow } from "./time.tsx";
import { Tip } from "./tip.tsx";

interface QuestionProps {
  icon?: ReactNode;
  question: ReactNode;
  /** "task · agent · since · blocks 4". */
  about: ReactNode;
  /** Shown on hover and focus, and always on a screen without a pointer. */
  verbs?: ReactNode;
  expiry?: Expiry | undefined;
  isOpen?: boolean;
  children?: ReactNode;
}

export interface Expiry {
  from: string;
  until: string;
}

export function QuestionRow({ icon, question, about, verbs, expiry, isOpen = false, children }: QuestionProps) {
  return (
    <div className={cx("group relative border-b border-line px-4 py-2.5", isOpen ? "bg-selected" : "hover:bg-hover")}>
      <div className="flex min-w-0 items-start gap-x-3 gap-y-2 max-sm:flex-wrap">
        {icon && <span className="mt-0.5 shrink-0">{icon}</span>}
        <div className="min-w-0 grow basis-0 max-sm:basis-3/4">
          <p className="line-clamp-2 text-lg font-medium [overflow-wrap:anywhere]">{question}</p>
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 text-sm text-ink-2">{about}</div>
        </div>
        {verbs && (
          <div className="flex shrink-0 flex-wrap items-center gap-1.5 pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100">
            {verbs}
          </div>
        )}
      </div>
      {children}
      {expiry && <TimeLeft {...expiry} />}
    </div>
  );
}

/** A line that shortens until the time is over. */
export function TimeLeft({ from, until }: Expiry) {
  const now = useNow();
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const left = end > start ? Math.min(1, Math.max(0, (end - now) / (end - start))) : 0;
  return (
    <Tip text={`Until ${exact(until)}`}>
      <span
        role="img"
        aria-label={`${Math.round(left * 100)} % of the time is left`}
        className={cx("absolute bottom-0 left-0 h-0.5", left < 0.2 ? "bg-blocked" : "bg-accent-ink")}
        style={{ width: `${left * 100}%` }}
      />
    </Tip>
  );
}
