/** The rows of the inbox: the question first, below it the circumstances, and the deadline at the right. */
import {
  CircleX,
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
import type { ReactNode } from "react";
import { Sender } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import type { Column } from "../../ui/table-row.tsx";
import { Time, useNow } from "../../ui/time.tsx";
import { dueOf, type InboxItem, waitingText } from "./items.ts";
import { RowVerbs, type VerbActs } from "./row-verbs.tsx";

type Look = [word: string, icon: LucideIcon, tone: string];

const LOOKS = {
  escalation: ["Escalated", HandHelping, "text-blocked"],
  overdue: ["Reply overdue", Hourglass, "text-failed"],
  blocked: ["Blocked", OctagonPause, "text-blocked"],
  question: ["Asks you", MailQuestion, "text-running"],
  failed: ["Failed", CircleX, "text-failed"],
  message: ["Message", Mail, "text-ink-2"],
  stuck: ["Agents wait", Clock, "text-blocked"],
  gap: ["Nobody takes it", UserX, "text-blocked"],
  invitation: ["Invited", UserPlus, "text-ink-2"],
} as const satisfies Partial<Record<InboxItem["kind"], Look>>;

function lookOf(item: InboxItem): Look {
  if (item.kind !== "away") return LOOKS[item.kind];
  const { code } = item.away.gap;
  const word =
    code === "agent_paused" ? "Agent is paused" : code === "agent_away" ? "Agent is away" : "Agent is archived";
  return [word, UserX, "text-blocked"];
}

export const INBOX_ROW_PX = 60;

export function inboxColumns(acts: VerbActs): readonly Column<InboxItem>[] {
  return [
    {
      id: "item",
      header: "Item",
      width: "minmax(180px,1fr)",
      cell: (item) => <Item item={item} />,
      isHeaderHidden: true,
    },
    {
      id: "due",
      header: "Due",
      width: "84px",
      isRight: true,
      cell: (item) => (
        <>
          <Due item={item} />
          <RowVerbs item={item} acts={acts} />
        </>
      ),
    },
  ];
}

export function InboxLine({ item }: { item: InboxItem }) {
  return (
    <div className="flex items-center gap-2">
      <div className="min-w-0 grow">
        <Item item={item} />
      </div>
      <span className="shrink-0 text-sm">
        <Due item={item} />
      </span>
    </div>
  );
}

function Item({ item }: { item: InboxItem }) {
  const [word, Icon, tone] = lookOf(item);
  return (
    <>
      <div className="truncate font-semibold">
        <Question item={item} />
      </div>
      <div className="flex min-w-0 items-center gap-1.5 text-sm whitespace-nowrap text-ink-3">
        <span className={cx("flex shrink-0 items-center gap-1 font-medium", tone)}>
          <Icon aria-hidden className="size-3.5" strokeWidth={2} />
          {word}
        </span>
        {partsOf(item).map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a row never move.
          <Part key={at}>{part}</Part>
        ))}
        <Part isFixed>
          <Time at={item.at} />
        </Part>
      </div>
    </>
  );
}

function Part({ children, isFixed = false }: { children: ReactNode; isFixed?: boolean }) {
  return (
    <>
      <span aria-hidden>·</span>
      <span className={isFixed ? "shrink-0" : "flex min-w-8 items-center truncate"}>{children}</span>
    </>
  );
}

/** The question, or the fact that needs a person. */
function Question({ item }: { item: InboxItem }) {
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
        {waitingText(item.away)} for <AgentName id={item.away.agent_id} isLink={false} />
      </>
    );
  }
  const asks = item.kind === "escalation" || item.kind === "blocked" ? item.task.blocked_reason?.reason : undefined;
  return <AgentLine text={asks ?? item.task.title} />;
}

function partsOf(item: InboxItem): ReactNode[] {
  if ("invitation" in item) return [`as ${item.invitation.role}`];
  if (item.kind === "away") return [item.away.gap.reason];
  if ("message" in item) {
    const { to_agent_id: debtor } = item.message;
    const waits =
      item.kind === "stuck" && debtor
        ? [
            <>
              waits for <AgentName key="to" id={debtor} isLink={false} />
            </>,
          ]
        : [];
    return [<Sender key="from" message={item.message} />, ...waits];
  }
  const who = <Assignee key="who" task={item.task} isLink={false} />;
  if (item.kind === "gap") return [<AgentLine key="why" text={item.gap.reason} className="truncate" />, who];
  if (item.kind === "failed") return [who];
  return [<AgentLine key="title" text={item.task.title} className="truncate" />, who];
}

const SOON_MS = 3_600_000;

function Due({ item }: { item: InboxItem }) {
  const at = dueOf(item);
  return at === null ? null : <DueTime at={at} />;
}

/** Amber in the last hour, red when the time is over. */
function DueTime({ at }: { at: string }) {
  const left = Date.parse(at) - useNow();
  const tone = left < 0 ? "font-medium text-failed" : left < SOON_MS ? "font-medium text-blocked" : "text-ink-3";
  return (
    <span className={cx("text-sm", tone)}>
      <Time at={at} />
    </span>
  );
}
