/** Keyboard shortcuts for the current row, without opening it. */
import { Suspense, useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { InboxItem } from "./items.ts";
import { useMarkRead } from "./use-mark-read.ts";

const AssignTask = lazyPart(() => import("./assign-task.tsx"), "AssignTask");

interface KeysProps {
  item: InboxItem;
  onAnswer: () => void;
}

export function InboxKeys({ item, onAnswer }: KeysProps) {
  const [isAssigning, setAssigning] = useState(false);
  const mayWrite = useDenied("messages:write");
  const mayStep = useDenied("tasks:write");
  const { read } = useMarkRead();
  const ids = "message" in item ? item.unreadIds : [];
  useHotkeys([
    ...("message" in item ? [{ keys: "r", label: "Answer the message", denied: mayWrite, run: onAnswer }] : []),
    ...(ids.length > 0 ? [{ keys: "e", label: "Mark the message as read", run: () => void read(ids) }] : []),
    ...("task" in item
      ? [{ keys: "a", label: "Assign the task", denied: mayStep, run: () => setAssigning(true) }]
      : []),
  ]);
  return (
    <Suspense>
      {isAssigning && "task" in item && <AssignTask id={item.task.id} onClose={() => setAssigning(false)} />}
    </Suspense>
  );
}
