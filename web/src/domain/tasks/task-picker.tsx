/** Chooses a task by part of its title; an empty field offers the newest tasks. */

import { useDeferredValue, useState } from "react";
import { useRead } from "../../data/query.ts";
import type { TaskRow } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import type { LabelledProps } from "../../ui/field.tsx";
import { Picker } from "../../ui/picker.tsx";
import { TaskStatus } from "../status.tsx";

const FOUND_MAX = 20;
const QUERY_LENGTH_MAX = 200;

interface TaskPickerProps extends LabelledProps {
  value: TaskRow | undefined;
  onChange: (task: TaskRow | undefined) => void;
}

export function TaskPicker({ value, ...rest }: TaskPickerProps) {
  const [text, setText] = useState("");
  const typed = useDeferredValue(text.trim().slice(0, QUERY_LENGTH_MAX));
  const q = typed && typed !== value?.title ? typed : undefined;
  const found = useRead(["tasks", "search", q], (client, call) => client.tasks.list({ q, limit: FOUND_MAX }, call), {
    keep: true,
  });
  return (
    <Picker<TaskRow>
      {...rest}
      items={found.data?.items ?? []}
      value={value}
      onType={setText}
      idOf={({ id }) => id}
      nameOf={({ title }) => title}
      placeholder="Type part of its title"
      empty="No task has this title."
    >
      {(task) => (
        <>
          <AgentLine text={task.title} className="min-w-0 grow truncate" />
          <TaskStatus of={task} isPlain />
        </>
      )}
    </Picker>
  );
}
