/** Keyboard shortcuts for the current row, without opening it. */
import { useDenied } from "../../data/session.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import type { InboxItem } from "./items.ts";
import { hasQuestion } from "./row-verbs.tsx";
import { useMarkRead } from "./use-mark-read.ts";

interface KeysProps {
  item: InboxItem;
  onAnswer: () => void;
  /** Assigns the task with this id. */
  onAssign: (id: string) => void;
}

export function InboxKeys({ item, onAnswer, onAssign }: KeysProps) {
  const mayWrite = useDenied("messages:write");
  const mayStep = useDenied("tasks:write");
  const { read } = useMarkRead();
  const ids = "message" in item ? item.unreadIds : [];
  useHotkeys([
    ...("message" in item ? [{ keys: "r", label: "Answer the message", denied: mayWrite, run: onAnswer }] : []),
    ...(hasQuestion(item) ? [{ keys: "r", label: "Answer the question", denied: mayStep, run: onAnswer }] : []),
    ...(ids.length > 0
      ? [{ keys: "e", label: "Mark the message as read", denied: mayWrite, run: () => void read(ids) }]
      : []),
    ...("task" in item && item.kind !== "failed"
      ? [{ keys: "a", label: "Assign the task", denied: mayStep, run: () => onAssign(item.task.id) }]
      : []),
  ]);
  return null;
}
