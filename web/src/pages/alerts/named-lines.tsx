import type { ReactNode } from "react";
import { AgentLine } from "../../ui/agent-text.tsx";

interface NamedLinesProps {
  name: string;
  state: ReactNode;
  text: string;
}

/** A row in two lines, on a phone. */
export function NamedLines({ name, state, text }: NamedLinesProps) {
  return (
    <div className="min-w-0 grow space-y-1">
      <div className="flex min-w-0 items-center gap-2">
        <AgentLine text={name} className="truncate font-medium" />
        <span className="ml-auto shrink-0">{state}</span>
      </div>
      <div className="truncate text-sm text-ink-2">{text}</div>
    </div>
  );
}
