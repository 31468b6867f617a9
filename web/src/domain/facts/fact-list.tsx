/** Facts in a short list: what happened, and when. */
import type { Fact } from "@bailiwick/sdk";
import { Time } from "../../ui/time.tsx";
import { FactDot, FactSentence } from "./fact-line.tsx";

export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <ol className="space-y-1 text-sm">
      {facts.map((fact) => (
        <li key={fact.id} className="flex min-w-0 items-start gap-2">
          <FactDot type={fact.type} />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <FactSentence fact={fact} />
          </span>
          <span className="ml-auto shrink-0 text-ink-3">
            <Time at={fact.created_at} />
          </span>
        </li>
      ))}
    </ol>
  );
}
