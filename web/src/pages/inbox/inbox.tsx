/** The inbox: everything that waits for the person, with its actions. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CheckCheck } from "lucide-react";
import { type ReactNode, Suspense, useMemo, useState } from "react";
import { usePanel } from "../../app/navigation.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { focusAnswer } from "../../domain/tasks/answer-task.tsx";
import { TaskBatch } from "../../domain/tasks/task-batch.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty, Skeleton } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { BatchBar } from "../../ui/toolbar.tsx";
import { InboxKeys } from "./inbox-keys.tsx";
import { INBOX_ROW_PX, InboxLine, inboxColumns } from "./item-columns.tsx";
import { type InboxItem, type InboxTab, inTab, isDecision, waitingText } from "./items.ts";
import { useInbox } from "./use-inbox.ts";
import { useMarkRead } from "./use-mark-read.ts";

const AssignTask = lazyPart(() => import("./assign-task.tsx"), "AssignTask");
const MessageAsk = lazyPart(() => import("./message-ask.tsx"), "MessageAsk");
const AwayAsk = lazyPart(() => import("./away-ask.tsx"), "AwayAsk");
const InvitationAsk = lazyPart(() => import("./invitation-ask.tsx"), "InvitationAsk");

export function InboxPage() {
  const list = useInbox();
  const { open, tab, answering, go, answer } = useOpenItem();
  const { user } = useSession();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string>();
  const [assigning, setAssigning] = useState<string>();
  const moveTo = (id: string) => {
    // The open panel follows the keyboard.
    if (open !== undefined && open === cursor && id !== open) go(id);
    setCursor(id);
  };
  const shown = useMemo(() => list.rows.filter((item) => inTab(item, tab, user.id)), [list.rows, tab, user.id]);
  const here = cursor === open ? undefined : shown.find(({ id }) => id === cursor);
  const current = list.rows.find(({ id }) => id === open);
  const chosen = shown.filter(({ id }) => ids.has(id));
  return (
    <Page
      title="Inbox"
      about={<Waiting rows={list.rows} isKnown={!list.isLoading} />}
      actions={<InboxTabs rows={list.rows} tab={tab} />}
    >
      <Split
        label="Detail"
        href={current && pageOf(current)}
        onClose={() => go(undefined)}
        detail={
          open && (
            <Detail key={open} open={open} item={current} isLoading={list.isLoading} isAnswering={answering === open} />
          )
        }
      >
        <Table
          label="Inbox"
          list={{ ...list, rows: shown }}
          columns={inboxColumns({ answer, assign: ({ id }) => setAssigning(id), isNarrow: open !== undefined })}
          rowPx={INBOX_ROW_PX}
          idOf={({ id }) => id}
          nameOf={nameOf}
          onOpen={({ id }) => go(id)}
          onCursor={moveTo}
          openId={open}
          phone={(item) => <InboxLine item={item} />}
          empty={<Empty title="Nothing needs you." icon={<CheckCheck className="size-6" strokeWidth={1.5} />} />}
          selection={{ ids, set: setIds }}
        />
        {here && chosen.length === 0 && (
          <InboxKeys key={here.id} item={here} onAnswer={() => answer(here)} onAssign={setAssigning} />
        )}
        <Batch items={chosen} onSelect={setIds} />
        <Suspense>{assigning && <AssignTask id={assigning} onClose={() => setAssigning(undefined)} />}</Suspense>
      </Split>
    </Page>
  );
}

/** The item of the panel, and whether it was opened for a reply. */
function useOpenItem() {
  const { open, whose } = useSearch({ from: "/inbox" });
  const tab: InboxTab = whose ?? "all";
  const navigate = useNavigate();
  const [answering, setAnswering] = useState<string>();
  const go = (id: string | undefined) => {
    setAnswering(undefined);
    void navigate({ to: "/inbox", search: (now) => ({ ...now, open: id }) });
  };
  const answer = (item: InboxItem) => {
    if ("task" in item) focusAnswer(item.task.id);
    go(item.id);
    setAnswering(item.id);
  };
  return { open, tab, answering, go, answer };
}

function Waiting({ rows, isKnown }: { rows: readonly InboxItem[]; isKnown: boolean }) {
  const count = rows.filter(isDecision).length;
  if (!isKnown || count === 0) return null;
  return (
    <span className="text-sm text-ink-3 tabular-nums">
      {count === 1 ? "1 decision waits" : `${count} decisions wait`}
    </span>
  );
}

const TABS = [
  { value: "all", label: "All" },
  { value: "mine", label: "Mine" },
  { value: "blocked", label: "Blocked" },
] as const;

function InboxTabs({ rows, tab }: { rows: readonly InboxItem[]; tab: InboxTab }) {
  const { user } = useSession();
  const navigate = useNavigate();
  const tabs = TABS.map((one) => ({ ...one, count: rows.filter((item) => inTab(item, one.value, user.id)).length }));
  const show = (next: InboxTab) =>
    void navigate({ to: "/inbox", search: (now) => ({ ...now, whose: next === "all" ? undefined : next }) });
  return <Tabs label="Items" value={tab} tabs={tabs} onChange={show} />;
}

/** Screen readers get at most this many characters of a text. */
const NAME_LENGTH_MAX = 200;

function nameOf(item: InboxItem): string {
  if ("task" in item) return item.task.title.slice(0, NAME_LENGTH_MAX);
  if (item.kind === "away") return `${waitingText(item.away)}: ${item.away.gap.reason}`;
  return "message" in item ? messageText(item.message).slice(0, NAME_LENGTH_MAX) : item.invitation.email;
}

function pageOf(item: InboxItem): string {
  if ("task" in item) return `/tasks/${item.task.id}`;
  if (item.kind === "away") return `/agents/${item.away.agent_id}`;
  return "message" in item ? `/messages/${item.message.thread_id}` : "/account?tab=members";
}

interface DetailProps {
  open: string;
  item: InboxItem | undefined;
  isLoading: boolean;
  /** The item was opened for a reply. */
  isAnswering: boolean;
}

/** A task stays open after it left the inbox; a message or an invitation closes. */
function Detail({ open, item, isLoading, isAnswering }: DetailProps): ReactNode {
  const [kind, id = ""] = open.split(":");
  const TaskPanel = usePanel("/tasks");
  const waiting = <Skeleton lines={9} className="p-4" />;
  if (!item && kind !== "task") return isLoading ? waiting : <Empty title="This no longer needs you." />;
  return (
    <Suspense fallback={waiting}>
      {kind === "task" && <TaskPanel id={id} />}
      {item && "message" in item && <MessageAsk item={item} isAnswering={isAnswering} />}
      {item?.kind === "away" && <AwayAsk away={item.away} />}
      {item && "invitation" in item && <InvitationAsk invitation={item.invitation} />}
    </Suspense>
  );
}

/** Tasks can be assigned, retried and canceled together, messages be marked as read. */
function Batch({ items, onSelect }: { items: readonly InboxItem[]; onSelect: (ids: ReadonlySet<string>) => void }) {
  const tasks = items.flatMap((item) => ("task" in item ? [item.task] : []));
  if (tasks.length === 0 || tasks.length < items.length)
    return <ReadBatch items={items} onDone={() => onSelect(NONE)} />;
  return (
    <TaskBatch
      rows={tasks}
      ids={new Set(tasks.map(({ id }) => id))}
      onSelect={(ids) => onSelect(new Set([...ids].map((id) => `task:${id}`)))}
    />
  );
}

const NONE: ReadonlySet<string> = new Set();

/** Marks the selected messages as read. Items that need more than reading stay. */
function ReadBatch({ items, onDone }: { items: readonly InboxItem[]; onDone: () => void }) {
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
    </BatchBar>
  );
}
