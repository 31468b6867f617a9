/** Facts as sentences. Nouns are links, numbers have their exact value on hover, and the fields unfold below. */
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Tip } from "./tip.tsx";

export function Sentence({ children }: { children: ReactNode }) {
  return <p className="text-ink-2 [overflow-wrap:anywhere] [&_a]:font-medium [&_a]:text-ink">{children}</p>;
}

/** A number or a time in a sentence, with its exact value on hover. */
export function Exactly({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Tip text={text}>
      <span className="text-ink tabular-nums">{children}</span>
    </Tip>
  );
}

/** The fields behind a sentence. */
export function AllFacts({ label = "All facts", children }: { label?: string; children: ReactNode }) {
  return (
    <details className="group mt-2">
      <summary className="inline-flex cursor-default list-none items-center gap-1 rounded-sm text-sm text-ink-3 hover:text-ink">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
        {label}
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}
