/** Actions on all selected items: tasks are answered, assigned, retried and canceled together, messages marked as read. */
import type { ReactNode } from "react";
import { useDenied } from "../../data/session.tsx";
import { TaskBatch } from "../../domain/tasks/task-batch.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { BatchBar } from "../../ui/toolbar.tsx";
import type { InboxItem } from "./items.ts";
import { useMarkRead } from "./use-mark-read.ts";
import { rowOf } from "./use-snooze.ts";

interface BatchProps {
  items: readonly InboxItem[];
  onSelect: (ids: ReadonlySet<string>) => void;
  onSnooze: (items: readonly InboxItem[]) => void;
}

export function InboxBatch({ items, onSelect, onSnooze }: BatchProps) {
  const denied = useDenied("snoozes:write");
  const tasks = items.flatMap((item) => ("task" in item ? [item.task] : []));
  const mayWait = items.filter((item) => rowOf(item) !== undefined);
  const none = mayWait.length === 0 ? "Only tasks and messages can wait." : undefined;
  const why = denied ?? none;
  const later = () => onSnooze(mayWait);
  useHotkeys(
    items.length > 0 ? [{ keys: "h", label: "Remind me of the selected items", denied: why, run: later }] : [],
  );
  const snooze = (
    <Button size="small" keys="h" denied={why} onClick={later}>
      Remind me…
    </Button>
  );
  if (tasks.length === 0 || tasks.length < items.length)
    return (
      <ReadBatch items={items} onDone={() => onSelect(NONE)}>
        {snooze}
      </ReadBatch>
    );
  return (
    <TaskBatch
      rows={tasks}
      ids={new Set(tasks.map(({ id }) => id))}
      onSelect={(ids) => onSelect(new Set([...ids].map((id) => `task:${id}`)))}
    >
      {snooze}
    </TaskBatch>
  );
}

const NONE: ReadonlySet<string> = new Set();

interface ReadProps {
  items: readonly InboxItem[];
  onDone: () => void;
  children: ReactNode;
}

/** Marks the selected messages as read. Items that need more than reading stay. */
function ReadBatch({ items, onDone, children }: ReadProps) {
  const { read, isRunning } = useMarkRead();
  const ids = items.flatMap((item) => ("message" in item ? item.unreadIds : []));
  const run = async () => {
    if (await read(ids)) onDone();
  };
  const forbidden = useDenied("messages:write");
  const why = forbidden ?? (ids.length === 0 ? "None of these items is unread." : undefined);
  useHotkeys(
    items.length > 0
      ? [{ keys: "e", label: "Mark the selected items as read", denied: why, run: () => void run() }]
      : [],
  );
  return (
    <BatchBar count={items.length} onClear={onDone}>
      <Button size="small" keys="e" denied={why} isBusy={isRunning} onClick={() => void run()}>
        Mark as read
      </Button>
      {children}
    </BatchBar>
  );
}
