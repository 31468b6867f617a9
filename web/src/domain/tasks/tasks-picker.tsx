/** Chooses several tasks by parts of their titles. The value is their ids, one a line. */
import { X } from "lucide-react";
import { useTaskTitle } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import type { LabelledProps } from "../../ui/field.tsx";
import { TaskPicker } from "./task-picker.tsx";

interface TasksPickerProps extends LabelledProps {
  value: string;
  onChange: (value: string) => void;
}

export function TasksPicker({ value, onChange, ...label }: TasksPickerProps) {
  const ids = value.split(/\s+/).filter((id) => id !== "");
  const set = (next: readonly string[]) => onChange([...new Set(next)].join("\n"));
  return (
    <div>
      {/* A new field after each choice, so that the next task can be typed. */}
      <TaskPicker key={ids.length} {...label} value={undefined} onChange={(task) => task && set([...ids, task.id])} />
      {ids.length > 0 && (
        <ul aria-label={label.label} className="mt-1.5 space-y-1">
          {ids.map((id) => (
            <Chosen key={id} id={id} onRemove={() => set(ids.filter((one) => one !== id))} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Chosen({ id, onRemove }: { id: string; onRemove: () => void }) {
  const title = useTaskTitle(id) ?? "A task";
  return (
    <li className="flex min-w-0 items-center gap-1 rounded-sm bg-hover py-0.5 pr-0.5 pl-2 text-sm">
      <AgentLine text={title} className="min-w-0 grow truncate" />
      <Button look="quiet" size="icon" label={`Remove ${title.slice(0, 60)}`} onClick={onRemove}>
        <X aria-hidden className="size-3.5" />
      </Button>
    </li>
  );
}
