/** Chooses a task by typing part of its title; without, one of the newest. */
import type { Task } from "@bailiwick/sdk";
import { Combobox } from "@base-ui/react/combobox";
import { useDeferredValue, useState } from "react";
import { useRead } from "../data/query.ts";
import { AgentLine } from "./agent-text.tsx";
import { cx } from "./class-names.ts";
import { Field, INPUT } from "./field.tsx";
import { PICKER_EMPTY, PICKER_ITEM, PICKER_LIST } from "./picker-look.ts";
import { TaskStatus } from "./status.tsx";

const FOUND_MAX = 20;
const QUERY_LENGTH_MAX = 200;

interface TaskPickerProps {
  label: string;
  value: Task | undefined;
  onChange: (task: Task | undefined) => void;
  isRequired?: boolean;
}

export function TaskPicker({ label, value, onChange, ...rest }: TaskPickerProps) {
  const [text, setText] = useState("");
  const typed = useDeferredValue(text.trim().slice(0, QUERY_LENGTH_MAX));
  const q = typed && typed !== value?.title ? typed : undefined;
  const found = useRead(["tasks", "search", q], (client, call) => client.tasks.list({ q, limit: FOUND_MAX }, call), {
    keep: true,
  });
  return (
    <Combobox.Root
      items={found.data?.items ?? []}
      filter={null}
      value={value ?? null}
      onValueChange={(task: Task | null) => onChange(task ?? undefined)}
      onInputValueChange={setText}
      itemToStringLabel={(task: Task) => task.title}
      isItemEqualToValue={(one: Task, other: Task) => one.id === other.id}
    >
      <Field label={label} {...rest}>
        {(ids) => <Combobox.Input {...ids} placeholder="Type part of its title" className={cx(INPUT, "h-8")} />}
      </Field>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} className="z-50">
          <Combobox.Popup className={PICKER_LIST}>
            <Combobox.Empty className={PICKER_EMPTY}>No task has this title.</Combobox.Empty>
            <Combobox.List>
              {(task: Task) => (
                <Combobox.Item key={task.id} value={task} className={PICKER_ITEM}>
                  <AgentLine text={task.title} className="min-w-0 grow truncate" />
                  <TaskStatus status={task.status} isPlain />
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
