/** The steps for all selected items: actions are approved and rejected, tasks are answered, assigned, retried and canceled together, messages marked as read. */
import { Suspense, useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { TaskBatch } from "../../domain/tasks/task-batch.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { InboxItem } from "./items.ts";
import type { MessageItem } from "./message-items.ts";
import { rowsOf } from "./snooze-rows.ts";
import { useAnswerMessages, useMarkRead } from "./use-mark-read.ts";

const ActionBatch = lazyPart(() => import("../../domain/actions/action-batch.tsx"), "ActionBatch");
const AnswerMessages = lazyPart(() => import("./answer-messages.tsx"), "AnswerMessages");

interface BatchProps {
  items: readonly InboxItem[];
  onSelect: (ids: ReadonlySet<string>) => void;
  onSnooze: (items: readonly InboxItem[]) => void;
}

/** A verb that fits none of the items is left out; a verb that fits some of them has their number. */
export function InboxBatch({ items, onSelect, onSnooze }: BatchProps) {
  const tasks = items.flatMap(tasksOf);
  const mayWait = items.filter((item) => rowsOf(item).length > 0);
  const actions = items.flatMap((item) => (item.kind === "action" ? [item.action] : []));
  const unread = items.filter((item) => "message" in item && item.unreadIds.length > 0);
  const read = useReadAll(unread, () => onSelect(NONE));
  const maySnooze = useDenied("snoozes:write");
  const later = () => onSnooze(mayWait);
  useHotkeys([
    ...(mayWait.length > 0
      ? [{ keys: "h", label: "Remind me of the selected items", denied: maySnooze, run: later }]
      : []),
    ...(unread.length > 0
      ? [{ keys: "e", label: "Mark the selected items as read", denied: read.denied, run: read.run }]
      : []),
  ]);
  const part = (some: readonly InboxItem[]) => (some.length < items.length ? ` ${some.length}` : "");
  return (
    <TaskBatch
      rows={tasks}
      ids={new Set(tasks.map(({ id }) => id))}
      count={items.length}
      onSelect={(ids) =>
        onSelect(new Set(items.filter((item) => tasksOf(item).some(({ id }) => ids.has(id))).map(({ id }) => id)))
      }
    >
      {actions.length > 0 && (
        <Suspense>
          <ActionBatch
            actions={actions}
            count={items.length}
            onDone={(failed) => onSelect(new Set([...failed].map((id) => `action:${id}`)))}
          />
        </Suspense>
      )}
      <AnswerButton items={items} part={part} onDone={() => onSelect(NONE)} />
      {unread.length > 0 && (
        <Button size="small" keys="e" denied={read.denied} isBusy={read.isRunning} onClick={read.run}>
          Mark{part(unread)} as read
        </Button>
      )}
      {mayWait.length > 0 && (
        <Button size="small" keys="h" denied={maySnooze} onClick={later}>
          Remind me{mayWait.length < items.length && ` of ${mayWait.length}`}…
        </Button>
      )}
      {mayWait.length === 0 && actions.length === 0 && <OpenEach />}
    </TaskBatch>
  );
}

function OpenEach() {
  return <span className="px-1 text-sm text-ink-3">Open each of them to decide.</span>;
}

const NONE: ReadonlySet<string> = new Set();

interface AnswerProps {
  items: readonly InboxItem[];
  part: (some: readonly InboxItem[]) => string;
  onDone: () => void;
}

const asksReply = (item: InboxItem): item is MessageItem => item.kind === "question" || item.kind === "overdue";

/** One answer fits messages that ask the same. */
function AnswerButton({ items, part, onDone }: AnswerProps) {
  const [isOpen, setOpen] = useState(false);
  const forbidden = useDenied("messages:write");
  const asking = items.filter(asksReply);
  const { answer, isRunning } = useAnswerMessages(asking);
  const send = async (text: string) => {
    const isSent = await answer(text);
    if (isSent) onDone();
    return isSent;
  };
  const texts = new Set(asking.map(({ message }) => messageText(message)));
  if (asking.length === 0) return null;
  const isOne = texts.size === 1;
  return (
    <>
      <Button
        size="small"
        look="primary"
        denied={forbidden ?? (isOne ? undefined : "They ask different things. Open each of them to answer it.")}
        onClick={() => setOpen(true)}
      >
        Answer{part(asking)}…
      </Button>
      {isOpen && isOne && (
        <Suspense>
          <AnswerMessages items={asking} isBusy={isRunning} onAnswer={send} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function tasksOf(item: InboxItem) {
  if ("tasks" in item) return item.tasks;
  return "task" in item ? [item.task] : [];
}

function useReadAll(items: readonly InboxItem[], onDone: () => void) {
  const { read, isRunning } = useMarkRead();
  const denied = useDenied("messages:write");
  const ids = items.flatMap((item) => ("message" in item ? item.unreadIds : []));
  const run = () => void read(ids).then((isDone) => isDone && onDone());
  return { run, isRunning, denied };
}
