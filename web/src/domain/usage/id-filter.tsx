/** A chip for a filter that a link sets: the task or the run of the rows. */
import { AgentLine } from "../../ui/agent-text.tsx";
import { ClearFilter } from "../../ui/toolbar.tsx";

interface IdFilterProps {
  name: string;
  text: string;
  onClear: () => void;
}

export function IdFilter({ name, text, onClear }: IdFilterProps) {
  return (
    <span className="inline-flex h-7 max-w-72 items-center rounded-full border border-accent-ink pl-2.5 text-sm text-ink-2">
      {name}:&nbsp;
      <AgentLine text={text} className="min-w-0 truncate font-medium text-ink" />
      <ClearFilter name={name} onClear={onClear} />
    </span>
  );
}
