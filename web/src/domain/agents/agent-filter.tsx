/** A filter chip for an agent; a press chooses another agent. */
import { Suspense, useState } from "react";
import { useAgent } from "../../data/agents.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/id.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { ClearFilter } from "../../ui/toolbar.tsx";

const ChooseAgent = lazyPart(() => import("./choose-agent.tsx"), "ChooseAgent");

interface AgentFilterProps {
  name: string;
  id: string | undefined;
  onChange: (id: string | undefined) => void;
}

export function AgentFilter({ name, id, onChange }: AgentFilterProps) {
  const [isChoosing, setChoosing] = useState(false);
  const agent = useAgent(id);
  return (
    <span
      className={cx(
        "inline-flex h-7 items-center rounded-full border text-sm",
        id ? "border-accent-ink" : "border-line",
      )}
    >
      <button
        type="button"
        aria-haspopup="dialog"
        className="flex h-full items-center rounded-full px-2.5 text-ink-2 hover:text-ink"
        onClick={() => setChoosing(true)}
      >
        {name}
        {id && (
          <span className="font-medium text-ink">
            : <AgentLine text={agent?.name ?? shortId(id)} className="inline-block max-w-40 truncate align-bottom" />
          </span>
        )}
      </button>
      {id && <ClearFilter name={name} onClear={() => onChange(undefined)} />}
      <Suspense>
        {isChoosing && <ChooseAgent title={name} id={id} onChoose={onChange} onClose={() => setChoosing(false)} />}
      </Suspense>
    </span>
  );
}
