/** Chooses who may use a connection: all agents, or some. */
import { X } from "lucide-react";
import { Suspense } from "react";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Button } from "../../ui/button.tsx";
import { Check } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";

const AgentPicker = lazyPart(() => import("../../domain/agents/agent-picker.tsx"), "AgentPicker");

interface FieldProps {
  /** Null: all agents. */
  ids: readonly string[] | null;
  onChange: (ids: string[] | null) => void;
}

export function AgentsField({ ids, onChange }: FieldProps) {
  return (
    <div className="space-y-2">
      <Check
        label="All agents may use it"
        hint="Also those that join later."
        isChecked={ids === null}
        onChange={(isAll) => onChange(isAll ? null : [])}
      />
      {ids !== null && (
        <>
          <ul className="flex flex-wrap gap-2">
            {ids.map((id) => (
              <li key={id} className="flex max-w-full min-w-0 items-center rounded border border-line pl-2">
                <AgentName id={id} isLink={false} />
                <Button
                  look="quiet"
                  size="icon"
                  label="Take it away"
                  onClick={() => onChange(ids.filter((one) => one !== id))}
                >
                  <X aria-hidden className="size-3.5" />
                </Button>
              </li>
            ))}
          </ul>
          <Suspense fallback={<div className="h-14" />}>
            <AgentPicker
              // A new picker is empty.
              key={ids.length}
              label="Add an agent"
              value={undefined}
              hint={ids.length === 0 ? "Without any, no agent may use it." : undefined}
              onChange={(id) => id !== undefined && !ids.includes(id) && onChange([...ids, id])}
            />
          </Suspense>
        </>
      )}
    </div>
  );
}
