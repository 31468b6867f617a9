/** Keyboard shortcuts for the current row, without opening it. */
import { useDenied } from "../../data/session.tsx";
import { actionKeys } from "../../domain/actions/action-row-verbs.tsx";
import { useAcknowledge } from "../../domain/alerts/alert-parts.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { asksAnswer, hasQuestion, type InboxItem } from "./items.ts";
import type { VerbActs } from "./row-verbs.tsx";
import { rowsOf } from "./snooze-rows.ts";
import { useMarkRead } from "./use-mark-read.ts";

interface KeysProps {
  item: InboxItem;
  acts: Pick<VerbActs, "answer" | "snooze" | "decide">;
  /** Assigns the task with this id. */
  onAssign: (id: string) => void;
}

/** Lists the shortcuts of a row in the key help while no row is chosen. */
export function KeysOfRows() {
  const denied = "Choose a row first, with J and K.";
  const names = {
    r: "Answer the row, or reject its action",
    a: "Assign its task, or approve its action",
    h: "Remind me later",
    e: "Mark it as read, acknowledge it, or edit its action",
  };
  useHotkeys(
    Object.entries(names).map(([keys, label]) => ({
      keys,
      label,
      denied,
      isMove: true,
      isRow: true,
      run: () => undefined,
    })),
  );
  return null;
}

export function InboxKeys({ item, acts, onAssign }: KeysProps) {
  const mayWrite = useDenied("messages:write");
  const mayStep = useDenied("tasks:write");
  const maySnooze = useDenied("snoozes:write");
  const mayDecide = useDenied("actions:decide");
  const { read } = useMarkRead();
  const ids = "message" in item ? item.unreadIds : [];
  const acknowledge = useAcknowledge("alert" in item ? item.alert.id : "");
  const answer = () => acts.answer(item);
  const keys = [
    ...("message" in item ? [{ keys: "r", label: "Answer the message", denied: mayWrite, run: answer }] : []),
    ...(hasQuestion(item) || (item.kind === "alike" && asksAnswer(item))
      ? [{ keys: "r", label: "Answer the question", denied: mayStep, run: answer }]
      : []),
    ...(ids.length > 0
      ? [{ keys: "e", label: "Mark the message as read", denied: mayWrite, run: () => void read(ids) }]
      : []),
    ...("task" in item && item.kind !== "failed"
      ? [{ keys: "a", label: "Assign the task", denied: mayStep, run: () => onAssign(item.task.id) }]
      : []),
    ...(item.kind === "action" ? actionKeys(mayDecide, (step) => acts.decide(item.action, step)) : []),
    ...(item.kind === "doubt" ? [{ keys: "r", label: "Say what happened", denied: mayDecide, run: answer }] : []),
    ...("request" in item ? [{ keys: "r", label: "Decide about the request", denied: undefined, run: answer }] : []),
    ...("alert" in item
      ? [
          {
            keys: "e",
            label: "Acknowledge the alert",
            denied: acknowledge.denied,
            run: () => void acknowledge.run(undefined),
          },
        ]
      : []),
    ...(rowsOf(item).length > 0
      ? [{ keys: "h", label: "Remind me later", denied: maySnooze, run: () => acts.snooze(item) }]
      : []),
  ];
  useHotkeys(keys.map((key) => ({ ...key, isRow: true })));
  return null;
}
