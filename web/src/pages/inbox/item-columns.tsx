/** The rows of the inbox: the question first, below it the circumstances, and the deadline at the right. */
import {
  BellRing,
  CircleDollarSign,
  CircleQuestionMark,
  CircleX,
  Clock,
  HandHelping,
  Hourglass,
  type LucideIcon,
  Mail,
  MailQuestion,
  Octagon,
  OctagonPause,
  Scale,
  Send,
  UserPlus,
  UserX,
  Webhook,
} from "lucide-react";
import type { ReactNode } from "react";
import { useStopsInForce } from "../../data/stops.ts";
import { asksPerson } from "../../data/tasks.ts";
import { actionText } from "../../domain/actions/action-words.ts";
import { Sender } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { failureText } from "../../domain/failures.ts";
import { messageText } from "../../domain/messages/message-text.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { counted } from "../../ui/count.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { untilOfItem } from "./grouped.ts";
import { Due } from "./item-due.tsx";
import { type AlikeItem, type HeldItem, heldText, type InboxItem, waitingText } from "./items.ts";
import { reportParts } from "./report-parts.tsx";
import type { VerbActs } from "./row-verbs.tsx";

export const RowVerbs = lazyPart(() => import("./row-verbs.tsx"), "RowVerbs");

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
  capped: ["Daily cap", CircleDollarSign, "text-failed"],
  stopped: ["Stopped", Octagon, "text-failed"],
  alert: ["Alert", BellRing, "text-failed"],
  request: ["Request", Scale, "text-blocked"],
  action: ["Action", Send, "text-blocked"],
  doubt: ["In doubt", CircleQuestionMark, "text-failed"],
  webhook: ["Webhook disabled", Webhook, "text-blocked"],
  invitation: ["Invited", UserPlus, "text-ink-2"],
} as const satisfies Partial<Record<InboxItem["kind"], Look>>;

const AWAY_WORDS: Readonly<Record<string, string>> = {
  agent_paused: "Agent is paused",
  agent_away: "Agent is away",
  provider_quota: "No quota left",
};

function lookOf(item: InboxItem): Look {
  if (item.kind === "alike") return LOOKS[item.of];
  if (item.kind !== "away") return LOOKS[item.kind];
  const word = AWAY_WORDS[item.away.gap.code] ?? "Agent is archived";
  return [word, UserX, "text-blocked"];
}

export const INBOX_ROW_PX = 56;

export function inboxColumns(acts: VerbActs, hasVerbs: boolean): readonly Column<InboxItem>[] {
  return [
    {
      id: "item",
      header: "Item",
      width: "minmax(180px,1fr)",
      cell: (item) => <Item item={item} isNarrow={acts.isNarrow} />,
      isHeaderHidden: true,
    },
    {
      id: "due",
      header: "Due",
      isHeaderHidden: true,
      width: acts.isNarrow ? "72px" : "104px",
      isRight: true,
      cell: (item) => (
        <>
          {/* On the line of the question, because the verbs stand below it. */}
          <span className="absolute top-1.5 right-4">
            <Due item={item} until={untilOfItem(item, acts.untilOf)} />
          </span>
          {hasVerbs && <RowVerbs item={item} acts={acts} />}
        </>
      ),
    },
  ];
}

/** On a phone: the question, below it its task or its reason, who asks and until when. */
export function InboxLine({ item, until }: { item: InboxItem; until: string | undefined }) {
  const why = asks(item) ? item.task.title : reasonOf(item);
  return (
    <>
      <div className="line-clamp-3 leading-5 font-semibold [overflow-wrap:anywhere]">
        <Question item={item} />
      </div>
      {why !== undefined && (
        <AgentLine text={why} className="mt-0.5 line-clamp-3 text-sm text-ink-2 [overflow-wrap:anywhere]" />
      )}
      <div className="mt-1 flex min-w-0 items-center gap-1.5 text-sm whitespace-nowrap text-ink-3">
        <About item={item} isShort />
        <span className="ml-auto shrink-0 pl-2">
          <Due item={item} until={until} />
        </span>
      </div>
    </>
  );
}

function Item({ item, isNarrow }: { item: InboxItem; isNarrow: boolean }) {
  return (
    <>
      <div className="truncate font-semibold">
        {isNarrow && item.kind === "away" ? waitingText(item.away.waiting) : <Question item={item} />}
      </div>
      <div className="flex min-h-6 min-w-0 items-center gap-1.5 text-sm whitespace-nowrap text-ink-3">
        <About item={item} isShort={isNarrow} />
      </div>
    </>
  );
}

/** `isShort`: without the title of the task, where the name of the agent needs the room. */
function About({ item, isShort }: { item: InboxItem; isShort: boolean }) {
  const [word, Icon, tone] = lookOf(item);
  const blocks = "task" in item ? (item.task.dependent_count ?? 0) : 0;
  return (
    <>
      <span className="flex shrink-0 items-center gap-1 text-ink-2">
        <Icon aria-hidden className={cx("size-3.5", tone)} strokeWidth={2} />
        <span className={cx(isShort && item.kind === "blocked" && "sr-only")}>{word}</span>
      </span>
      {"tasks" in item && <Part isFixed>{tasksText(item, isShort)}</Part>}
      {partsOf(item, isShort).map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a row never move.
        <Part key={at} isFirst={at === 0 && isShort && item.kind === "blocked"}>
          {part}
        </Part>
      ))}
      {blocks > 0 && <Part isFixed>blocks {blocks}</Part>}
      <Part isFixed>
        <Time at={item.at} />
      </Part>
    </>
  );
}

function asks(item: InboxItem): item is Extract<InboxItem, { kind: "blocked" | "escalation" | "failed" }> {
  return item.kind === "blocked" || item.kind === "escalation";
}

interface PartProps {
  children: ReactNode;
  isFixed?: boolean;
  /** No dot stands before it. */
  isFirst?: boolean;
}

function Part({ children, isFixed = false, isFirst = false }: PartProps) {
  return (
    <>
      {!isFirst && <span aria-hidden>·</span>}
      {/* A text gives way before a name. */}
      <span className={isFixed ? "shrink-0" : "flex min-w-8 items-center truncate has-[>bdi]:shrink-[9999]"}>
        {children}
      </span>
    </>
  );
}

/** The question, or the fact that needs a person. */
function Question({ item }: { item: InboxItem }) {
  if ("invitation" in item) return <bdi>{item.invitation.email}</bdi>;
  if ("alert" in item) return <AgentLine text={item.alert.message} />;
  if ("webhook" in item) return <AgentLine text={item.webhook.url} />;
  if ("request" in item) return item.request.title;
  if ("action" in item) return <AgentLine text={actionText(item.action)} />;
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
        {waitingText(item.away.waiting)} for <AgentName id={item.away.agent_id} isLink={false} />
      </>
    );
  }
  if ("waiting" in item) return heldText(item);
  if ("tasks" in item) return <AgentLine text={item.text} />;
  const question = asks(item) ? item.task.blocked_reason?.reason : undefined;
  return <AgentLine text={question ?? item.task.title} />;
}

function partsOf(item: InboxItem, isShort: boolean): ReactNode[] {
  if ("invitation" in item || "alert" in item || "webhook" in item || "request" in item || "action" in item)
    return reportParts(item, isShort);
  if (item.kind === "away")
    return isShort ? [<AgentName key="who" id={item.away.agent_id} isLink={false} />] : [item.away.gap.reason];
  if ("waiting" in item) {
    const agents = <Agents key="who" tasks={item.waiting} />;
    return isShort ? [agents] : [<HeldReason key="why" of={item} />, agents];
  }
  if ("tasks" in item) return [<Agents key="who" tasks={item.tasks} />];
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
  const reason = reasonOf(item);
  if (isShort) return [who];
  if (reason !== undefined) return [<AgentLine key="why" text={reason} className="truncate" />, who];
  return [<AgentLine key="title" text={item.task.title} className="truncate" />, who];
}

/** The reason of a task that failed or that no agent takes, and of an agent that is away. */
function reasonOf(item: InboxItem): string | undefined {
  if (item.kind === "away") return item.away.gap.reason;
  if ("gap" in item) return item.gap.reason;
  return item.kind === "failed" ? failureText(item.task.failed_reason ?? "") || undefined : undefined;
}

/** A stop has the reason of the person who stopped. */
function HeldReason({ of: { causeId, gap } }: { of: HeldItem }) {
  const stop = useStopsInForce().find(({ id }) => id === causeId);
  return <AgentLine text={stop?.reason ?? gap.reason} className="truncate" />;
}

function tasksText({ tasks, of }: AlikeItem, isShort: boolean): string {
  const count = counted(tasks.length, "task");
  if (isShort) return count;
  if (of === "failed") return `${count} for this reason`;
  return tasks.every(asksPerson) ? `${count} ask this` : `${count} wait for this`;
}

function Agents({ tasks }: { tasks: AlikeItem["tasks"] }) {
  const [first, ...others] = [...new Set(tasks.map(({ assigned_to_agent_id: id }) => id))].filter((id) => id !== null);
  if (first === undefined) return null;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <AgentName id={first} isLink={false} />
      {others.length > 0 && <span className="shrink-0">+{others.length}</span>}
    </span>
  );
}
