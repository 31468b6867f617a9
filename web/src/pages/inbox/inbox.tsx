/** The inbox: everything that waits for the person, with its actions. */
import type { AgentAction } from "@bailiwick/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { AlarmClock, CheckCheck } from "lucide-react";
import { Suspense, useEffect, useMemo, useState } from "react";
import { useSession } from "../../data/session.tsx";
import type { DecideStep } from "../../domain/actions/action-dialog.tsx";
import { actionText } from "../../domain/actions/action-words.ts";
import { messageText } from "../../domain/messages/message-text.ts";
import { focusAnswer, useAnswered } from "../../domain/tasks/answered.ts";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { untilOfItem } from "./grouped.ts";
import { INBOX_ROW_PX, InboxLine, inboxColumns, RowVerbs } from "./item-columns.tsx";
import { ItemDetail, pageOf } from "./item-detail.tsx";
import {
  asksAnswer,
  type InboxItem,
  type InboxTab,
  inTab,
  isCause,
  isDecision,
  nextQuestion,
  waitingText,
} from "./items.ts";
import { rowsOf } from "./snooze-rows.ts";
import { type Inbox, useInbox } from "./use-inbox.ts";

const InboxBatch = lazyPart(() => import("./inbox-batch.tsx"), "InboxBatch");
const AssignTask = lazyPart(() => import("./assign-task.tsx"), "AssignTask");
const InboxKeys = lazyPart(() => import("./inbox-keys.tsx"), "InboxKeys");
const KeysOfRows = lazyPart(() => import("./inbox-keys.tsx"), "KeysOfRows");
const ActionDialog = lazyPart(() => import("../../domain/actions/action-dialog.tsx"), "ActionDialog");
const SnoozeDialog = lazyPart(() => import("./snooze-dialog.tsx"), "SnoozeDialog");

export function InboxPage() {
  const inbox = useInbox();
  const opened = useOpenItem();
  const { open, tab, go, answer } = opened;
  const { user } = useSession();
  const [snoozing, setSnoozing] = useState<readonly InboxItem[]>();
  const shown = useMemo(
    () => (tab === "snoozed" ? inbox.snoozed : inbox.rows.filter((item) => inTab(item, tab, user.id))),
    [inbox.rows, inbox.snoozed, tab, user.id],
  );
  const current = [...inbox.rows, ...inbox.snoozed].find(({ id }) => id === open);
  useAnswered((id) => {
    if (open === undefined || answeredId(open, current) !== id) return;
    const next = nextQuestion(shown, open);
    if (next) answer(next);
    else go(undefined);
  });
  return (
    <Page
      title="Inbox"
      about={<Waiting rows={inbox.rows} isKnown={!inbox.isLoading} />}
      actions={<InboxTabs inbox={inbox} tab={tab} />}
    >
      <Split
        label="Detail"
        href={current && pageOf(current)}
        onClose={() => go(undefined)}
        actions={current && <SnoozeButton item={current} onSnooze={setSnoozing} />}
        detail={open && <ItemDetail key={open} open={open} item={current} isLoading={inbox.isLoading} />}
      >
        <InboxList inbox={{ ...inbox, rows: shown }} opened={opened} snoozing={snoozing} onSnooze={setSnoozing} />
      </Split>
    </Page>
  );
}

/** The id that the form in the panel reports. An answered item may have left the inbox already. */
function answeredId(open: string, item: InboxItem | undefined): string | undefined {
  if (open.startsWith("alike:")) return open;
  return item && "message" in item ? item.message.id : open.split(":")[1];
}

interface ListProps {
  /** With the rows of the tab. */
  inbox: Inbox;
  opened: ReturnType<typeof useOpenItem>;
  /** The items for which the person chooses a time. */
  snoozing: readonly InboxItem[] | undefined;
  onSnooze: (items: readonly InboxItem[] | undefined) => void;
}

function InboxList({ inbox, opened: { open, tab, go, answer }, snoozing, onSnooze }: ListProps) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string>();
  const [assigning, setAssigning] = useState<string>();
  const [deciding, setDeciding] = useState<{ of: AgentAction; step: DecideStep }>();
  const { rows, untilOf } = inbox;
  // A person sees verbs on the first row that has the focus or is selected, so their code comes right after the page.
  const [hasVerbs, setVerbs] = useState(RowVerbs.isLoaded());
  useEffect(() => {
    void RowVerbs.preload().then(() => setVerbs(RowVerbs.isLoaded()));
    void InboxBatch.preload();
    void InboxKeys.preload();
    void KeysOfRows.preload();
  }, []);
  const moveTo = (id: string) => {
    // The open panel follows the keyboard.
    if (open !== undefined && open === cursor && id !== open) go(id);
    setCursor(id);
  };
  const here = cursor === open ? undefined : rows.find(({ id }) => id === cursor);
  const chosen = rows.filter(({ id }) => ids.has(id));
  const assign = ({ id }: { id: string }) => setAssigning(id);
  const snooze = (item: InboxItem) => onSnooze([item]);
  const decide = (of: AgentAction, step: DecideStep) => setDeciding({ of, step });
  const acts = { answer, assign, snooze, decide, untilOf, isNarrow: open !== undefined };
  const onSnoozed = () => {
    setIds(new Set());
    if (snoozing?.some(({ id }) => id === open)) go(undefined);
  };
  return (
    <>
      <Table
        label="Inbox"
        list={inbox}
        columns={inboxColumns(acts, hasVerbs)}
        rowPx={INBOX_ROW_PX}
        phonePx={PHONE_ROW_PX}
        idOf={({ id }) => id}
        nameOf={nameOf}
        hrefOf={({ id }) => addressOf(id, tab)}
        opensInPlace
        // After Enter the person writes; after a click the person reads.
        onOpen={(item, by) => (by === "keys" && asksAnswer(item) ? answer(item) : go(item.id))}
        onCursor={moveTo}
        openId={open}
        phone={(item) => <InboxLine item={item} until={untilOfItem(item, untilOf)} />}
        empty={<NothingHere tab={tab} />}
        selection={{ ids, set: setIds }}
      />
      <Suspense>
        {here && chosen.length === 0 && <InboxKeys key={here.id} item={here} acts={acts} onAssign={setAssigning} />}
        {!here && chosen.length === 0 && open === undefined && <KeysOfRows />}
      </Suspense>
      <Suspense>{chosen.length > 0 && <InboxBatch items={chosen} onSelect={setIds} onSnooze={onSnooze} />}</Suspense>
      <Suspense>
        {assigning && <AssignTask id={assigning} onClose={() => setAssigning(undefined)} />}
        {deciding && <ActionDialog {...deciding} onClose={() => setDeciding(undefined)} />}
        {snoozing && <SnoozeDialog items={snoozing} onClose={() => onSnooze(undefined)} onDone={onSnoozed} />}
      </Suspense>
    </>
  );
}

/** The inbox with this item open. */
function addressOf(id: string, tab: InboxTab): string {
  return `/inbox?${new URLSearchParams({ ...(tab !== "all" && { whose: tab }), open: id })}`;
}

const PHONE_ROW_PX = 88;

function NothingHere({ tab }: { tab: InboxTab }) {
  if (tab === "snoozed")
    return (
      <Empty
        title="Nothing is put away. Remind me, or the key H, takes a row away until a time."
        icon={<AlarmClock className="size-6" strokeWidth={1.5} />}
      />
    );
  return <Empty title="Nothing needs you." icon={<CheckCheck className="size-6" strokeWidth={1.5} />} />;
}

interface SnoozeProps {
  item: InboxItem;
  onSnooze: (items: readonly InboxItem[]) => void;
}

function SnoozeButton({ item, onSnooze }: SnoozeProps) {
  if (rowsOf(item).length === 0) return null;
  return (
    <Button look="quiet" size="icon" label="Remind me" keys="h" onClick={() => onSnooze([item])}>
      <AlarmClock aria-hidden className="size-4" />
    </Button>
  );
}

/** The item of the panel. */
function useOpenItem() {
  const { open, whose } = useSearch({ from: "/inbox" });
  const tab: InboxTab = whose ?? "all";
  const navigate = useNavigate();
  const go = (id: string | undefined) => void navigate({ to: "/inbox", search: (now) => ({ ...now, open: id }) });
  /** Opens the item with the focus in its answer. */
  const answer = (item: InboxItem) => {
    if ("task" in item) focusAnswer(item.task.id);
    if ("tasks" in item) focusAnswer(item.id);
    if ("message" in item) focusAnswer(item.message.id);
    go(item.id);
  };
  return { open, tab, go, answer };
}

function Waiting({ rows, isKnown }: { rows: readonly InboxItem[]; isKnown: boolean }) {
  const [decisions, causes] = [rows.filter(isDecision).length, rows.filter(isCause).length];
  const parts = [
    decisions > 0 && (decisions === 1 ? "1 decision waits" : `${decisions} decisions wait`),
    causes > 0 && (causes === 1 ? "1 cause holds work" : `${causes} causes hold work`),
  ].filter(Boolean);
  if (!isKnown || parts.length === 0) return null;
  return <span className="text-sm text-ink-3 tabular-nums">{parts.join(" · ")}</span>;
}

const TABS = [
  { value: "all", label: "All" },
  { value: "mine", label: "Mine" },
  { value: "blocked", label: "Blocked" },
  { value: "waiting", label: "Wait for an agent" },
] as const;

function InboxTabs({ inbox: { rows, snoozed }, tab }: { inbox: Inbox; tab: InboxTab }) {
  const { user } = useSession();
  const navigate = useNavigate();
  // The page of the team links to the tab of what waits for an agent.
  const tabs = TABS.filter(({ value }) => value !== "waiting" || tab === value).map((one) => ({
    ...one,
    count: rows.filter((item) => inTab(item, one.value, user.id)).length,
  }));
  const away = { value: "snoozed" as const, label: "Later", count: snoozed.length };
  const show = (next: InboxTab) =>
    void navigate({ to: "/inbox", search: (now) => ({ ...now, whose: next === "all" ? undefined : next }) });
  return (
    <Tabs
      label="Items"
      value={tab}
      tabs={snoozed.length > 0 || tab === "snoozed" ? [...tabs, away] : tabs}
      onChange={show}
    />
  );
}

/** Screen readers get at most this many characters of a text. */
const NAME_LENGTH_MAX = 200;

function nameOf(item: InboxItem): string {
  if ("task" in item) return item.task.title.slice(0, NAME_LENGTH_MAX);
  if ("tasks" in item) return `${item.tasks.length} tasks: ${item.text}`.slice(0, NAME_LENGTH_MAX);
  if (item.kind === "away") return `${waitingText(item.away.waiting)}: ${item.away.gap.reason}`;
  if ("waiting" in item) return `${waitingText(item.waiting.length)}: ${item.gap.reason}`;
  if ("alert" in item) return item.alert.message.slice(0, NAME_LENGTH_MAX);
  if ("request" in item) return item.request.title;
  if ("action" in item) return actionText(item.action).slice(0, NAME_LENGTH_MAX);
  if ("webhook" in item) return item.webhook.url.slice(0, NAME_LENGTH_MAX);
  return "message" in item ? messageText(item.message).slice(0, NAME_LENGTH_MAX) : item.invitation.email;
}
