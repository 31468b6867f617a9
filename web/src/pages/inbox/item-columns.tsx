/** The columns of the inbox: kind, text, sender, deadline and age. */
import {
  Clock,
  HandHelping,
  Hourglass,
  type LucideIcon,
  Mail,
  MailQuestion,
  OctagonPause,
  UserPlus,
  UserX,
} from "lucide-react";
import { Sender } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { type InboxItem, type InboxKind, waitingText } from "./items.ts";

const LOOKS: Record<InboxKind, { word: string; icon: LucideIcon; tone: string }> = {
  escalation: { word: "Escalated to you", icon: HandHelping, tone: "text-failed" },
  overdue: { word: "Reply overdue", icon: Hourglass, tone: "text-failed" },
  blocked: { word: "Blocked", icon: OctagonPause, tone: "text-blocked" },
  question: { word: "Asks you", icon: MailQuestion, tone: "text-running" },
  message: { word: "Message", icon: Mail, tone: "text-ink-2" },
  stuck: { word: "Agents wait", icon: Clock, tone: "text-blocked" },
  away: { word: "Agent is away", icon: UserX, tone: "text-blocked" },
  gap: { word: "Nobody takes it", icon: UserX, tone: "text-blocked" },
  invitation: { word: "Invited", icon: UserPlus, tone: "text-ink-2" },
};

/** `isNarrow`: a panel is open. */
export function inboxColumns(isNarrow: boolean): readonly Column<InboxItem>[] {
  const all: (Column<InboxItem> & { isWide?: boolean })[] = [
    { id: "kind", header: "Kind", width: "140px", cell: (item) => <Kind kind={item.kind} /> },
    { id: "item", header: "Item", width: "minmax(180px,1fr)", cell: (item) => <ItemText item={item} /> },
    { id: "who", header: "By", width: "minmax(120px,200px)", cell: (item) => <Who item={item} />, isWide: true },
    { id: "until", header: "Until", width: "90px", cell: (item) => <Until item={item} />, isRight: true, isWide: true },
    { id: "since", header: "Since", width: "80px", cell: ({ at }) => <Since at={at} />, isRight: true },
  ];
  return isNarrow ? all.filter(({ isWide }) => !isWide) : all;
}

export function InboxLine({ item }: { item: InboxItem }) {
  return (
    <>
      <div className="flex items-center gap-2">
        <Kind kind={item.kind} />
        <span className="ml-auto text-sm">
          <Since at={item.at} />
        </span>
      </div>
      <div className="truncate">
        <ItemText item={item} />
      </div>
    </>
  );
}

function Kind({ kind }: { kind: InboxKind }) {
  const { word, icon: Icon, tone } = LOOKS[kind];
  return (
    <span className={cx("flex items-center gap-1.5 text-sm font-medium", tone)}>
      <Icon aria-hidden className="size-4" strokeWidth={2} />
      {word}
    </span>
  );
}

/** The text of the item and its reason, in one line. */
function ItemText({ item }: { item: InboxItem }) {
  if ("invitation" in item) return <bdi>{item.invitation.email}</bdi>;
  if ("message" in item) {
    return (
      <>
        <AgentLine text={messageText(item.message)} />
        {item.earlier.length > 0 && <span className="text-ink-3"> and {item.earlier.length} earlier</span>}
      </>
    );
  }
  if (item.kind === "away") {
    return (
      <>
        {waitingText(item.away)}
        <span className="text-ink-3">
          {" · "}
          {item.away.gap.reason}
        </span>
      </>
    );
  }
  const why = item.kind === "gap" ? item.gap.reason : item.task.blocked_reason?.reason;
  return (
    <>
      <AgentLine text={item.task.title} />
      {why && (
        <span className="text-ink-3">
          {" · "}
          <AgentLine text={why} />
        </span>
      )}
    </>
  );
}

function Who({ item }: { item: InboxItem }) {
  if ("invitation" in item) return <span className="text-ink-3">as {item.invitation.role}</span>;
  if ("task" in item) return <Assignee task={item.task} />;
  if (item.kind === "away") return <AgentName id={item.away.agent_id} />;
  return <Sender message={item.message} />;
}

function untilOf(item: InboxItem): string | null | undefined {
  if ("message" in item) return item.message.reply_by;
  if ("task" in item) return item.task.due_at;
  return "invitation" in item ? item.invitation.expires_at : undefined;
}

function Until({ item }: { item: InboxItem }) {
  const at = untilOf(item);
  return at ? <Time at={at} /> : null;
}

function Since({ at }: { at: string }) {
  return (
    <span className="text-sm text-ink-3">
      <Time at={at} />
    </span>
  );
}
