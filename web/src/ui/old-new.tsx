/** A change as two large figures, the old one struck through. */
import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";

export function OldNew({ from, to, about }: { from: ReactNode; to: ReactNode; about?: ReactNode }) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-2.5 text-xl tabular-nums">
      <del className="text-ink-3 decoration-1">
        <span className="sr-only">from </span>
        {from}
      </del>
      <ArrowRight aria-hidden className="size-4 self-center text-ink-3" />
      <ins className="font-semibold no-underline">
        <span className="sr-only">to </span>
        {to}
      </ins>
      {about && <span className="text-sm text-ink-2">{about}</span>}
    </p>
  );
}
