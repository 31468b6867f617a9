import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../../ui/class-names.ts";

interface StepProps {
  number: number;
  title: string;
  isDone?: boolean;
  children: ReactNode;
}

export function Step({ number, title, isDone = false, children }: StepProps) {
  return (
    <li className="grid grid-cols-[28px_minmax(0,1fr)] gap-3">
      <span
        aria-hidden
        className={cx(
          "flex size-7 items-center justify-center rounded-full text-sm font-semibold",
          isDone ? "bg-completed-soft text-completed" : "bg-selected text-accent-ink",
        )}
      >
        {isDone ? <Check className="size-4" /> : number}
      </span>
      <div className="space-y-3 pt-0.5">
        <h2 className="text-lg font-semibold">{title}</h2>
        {children}
      </div>
    </li>
  );
}
