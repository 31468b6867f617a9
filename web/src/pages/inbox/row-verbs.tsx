/** The verbs of a row of the inbox. They show on hover and while the row has the focus. */
import type { AgentAction } from "@bailiwick/sdk";
import { AlarmClock } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import type { TaskRow } from "../../data/tasks.ts";
import type { DecideStep } from "../../domain/actions/action-dialog.tsx";
import { useAcknowledge } from "../../domain/alerts/alert-parts.tsx";
import { TopUpButton } from "../../domain/limits/top-up-button.tsx";
import { LiftButton } from "../../domain/stops/lift-button.tsx";
import { AnswerOptions, useAnswerTask } from "../../domain/tasks/answer-task.tsx";
import { useManySteps } from "../../domain/tasks/many-steps.ts";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { untilOfItem } from "./grouped.ts";
import { type AlikeItem, type AwayItem, asksAnswer, hasQuestion, type InboxItem, type TaskItem } from "./items.ts";
import { rowsOf } from "./snooze-rows.ts";
import { useMarkRead } from "./use-mark-read.ts";
import { useSnooze } from "./use-snooze.ts";

const ActionRowVerbs = lazyPart(() => import("../../domain/actions/action-row-verbs.tsx"), "ActionRowVerbs");
const RequestVerbs = lazyPart(() => import("../../domain/requests/request-verbs.tsx"), "RequestVerbs");

export interface VerbActs {
  /** Opens the item and moves the focus to its answer. */
  answer: (item: InboxItem) => void;
  assign: (task: TaskRow) => void;
  snooze: (item: InboxItem) => void;
  decide: (action: AgentAction, step: DecideStep) => void;
  /** The time until which an item is away, by its id. */
  untilOf: ReadonlyMap<string, string>;
  /** A panel is open, so the row has no room for suggested answers. */
  isNarrow: boolean;
}

interface VerbProps<Item> {
  item: Item;
  acts: VerbActs;
}

export function RowVerbs({ item, acts }: VerbProps<InboxItem>) {
  const until = untilOfItem(item, acts.untilOf);
  if (item.kind === "invitation" || item.kind === "webhook") return null;
  return (
    <span
      data-verbs
      className="invisible absolute right-2 bottom-0.5 z-1 flex items-center gap-1.5 bg-(--row) pl-3 group-focus-within:visible group-hover:visible"
    >
      <Suspense>
        {until === undefined ? <Verbs item={item} acts={acts} /> : <BringBack item={item} until={until} />}
      </Suspense>
    </span>
  );
}

function Verbs({ item, acts }: VerbProps<InboxItem>) {
  const denied = useDenied("snoozes:write");
  if (item.kind === "away") return <AgentVerbs item={item} />;
  if (item.kind === "capped") return <TopUpButton policyId={item.causeId} />;
  if (item.kind === "stopped") return <LiftButton id={item.causeId} />;
  if (item.kind === "request") return <RequestVerbs request={item.request} onOpen={() => acts.answer(item)} />;
  if (item.kind === "action")
    return <ActionRowVerbs action={item.action} onDecide={(step) => acts.decide(item.action, step)} />;
  if (item.kind === "doubt") return <DoubtVerb onOpen={() => acts.answer(item)} />;
  if (item.kind === "alert") return <AcknowledgeVerb id={item.alert.id} />;
  return (
    <>
      {item.kind === "alike" && <AlikeVerbs item={item} acts={acts} />}
      {"message" in item && <MessageVerbs item={item} acts={acts} />}
      {item.kind === "failed" && <RetryVerb task={item.task} />}
      {"task" in item && item.kind !== "failed" && <TaskVerbs item={item} acts={acts} />}
      <Button size="small" label="Remind me" denied={denied} onClick={() => acts.snooze(item)}>
        <AlarmClock aria-hidden className="size-4" />
      </Button>
    </>
  );
}

function BringBack({ item, until }: { item: InboxItem; until: string }) {
  const denied = useDenied("snoozes:write");
  const { bringBack } = useSnooze();
  const rows = rowsOf(item);
  return (
    <Verb denied={denied} isBusy={bringBack.isRunning} onClick={() => void bringBack.run({ rows, until })}>
      Bring back
    </Verb>
  );
}

type MessageRow = Extract<InboxItem, { message: unknown }>;

function TaskVerbs({ item, acts }: VerbProps<TaskItem>) {
  const { task } = item;
  const denied = useDenied("tasks:write");
  const answer = useAnswerTask(task);
  const asks = hasQuestion(item);
  return (
    <>
      {asks && !acts.isNarrow && (
        <AnswerOptions
          task={task}
          denied={denied}
          isInRow
          isBusy={answer.isRunning}
          onChoose={(option) => void answer.run(option)}
        />
      )}
      {asks && (
        <Verb denied={denied} onClick={() => acts.answer(item)}>
          Answer…
        </Verb>
      )}
      <Verb denied={denied} onClick={() => acts.assign(task)}>
        Assign…
      </Verb>
    </>
  );
}

function AlikeVerbs({ item, acts }: VerbProps<AlikeItem>) {
  const denied = useDenied("tasks:write");
  const { retry } = useManySteps();
  const [isBusy, setBusy] = useState(false);
  if (item.of !== "failed" && !asksAnswer(item)) return null;
  if (item.of !== "failed")
    return (
      <Verb denied={denied} onClick={() => acts.answer(item)}>
        Answer all…
      </Verb>
    );
  const run = async () => {
    setBusy(true);
    await retry(item.tasks);
    setBusy(false);
  };
  return (
    <Verb denied={denied} isBusy={isBusy} onClick={() => void run()}>
      Retry all {item.tasks.length}
    </Verb>
  );
}

function RetryVerb({ task: { id } }: { task: TaskRow }) {
  const denied = useDenied("tasks:write");
  const { client } = useSession();
  const { run, isRunning } = useCommand({
    send: (client) => client.tasks.retry({ id }),
    changes: ["tasks"],
    done: "Queued as a new task",
    undo: (made) => () => client.tasks.cancel({ id: made.id, reason: "The retry was undone." }),
  });
  return (
    <Verb denied={denied} isBusy={isRunning} onClick={() => void run(undefined)}>
      Retry
    </Verb>
  );
}

function MessageVerbs({ item, acts }: VerbProps<MessageRow>) {
  const denied = useDenied("messages:write");
  const { read, isRunning } = useMarkRead();
  return (
    <>
      <Verb denied={denied} onClick={() => acts.answer(item)}>
        {item.kind === "stuck" ? "Write…" : "Answer…"}
      </Verb>
      {item.unreadIds.length > 0 && (
        <Verb denied={denied} isBusy={isRunning} onClick={() => void read(item.unreadIds)}>
          Mark as read
        </Verb>
      )}
    </>
  );
}

function AcknowledgeVerb({ id }: { id: string }) {
  const { run, isRunning, denied } = useAcknowledge(id);
  return (
    <Verb denied={denied} isBusy={isRunning} onClick={() => void run(undefined)}>
      Acknowledge
    </Verb>
  );
}

function DoubtVerb({ onOpen }: { onOpen: () => void }) {
  const denied = useDenied("actions:decide");
  return (
    <Verb denied={denied} onClick={onOpen}>
      Say what happened…
    </Verb>
  );
}

function AgentVerbs({ item: { away } }: { item: AwayItem }) {
  const denied = useDenied("agents:write");
  const { client } = useSession();
  const { agent_id: id, gap } = away;
  const { run, isRunning } = useCommand({
    send: (client) => client.agents.resume({ id }),
    changes: ["agents", "tasks"],
    done: ({ name }) => `${name} is resumed`,
    undo: () => (gap.code === "agent_paused" ? () => client.agents.pause({ id }) : undefined),
  });
  if (gap.code !== "agent_paused" && gap.code !== "provider_quota") return null;
  return (
    <Verb denied={denied} isBusy={isRunning} onClick={() => void run(undefined)}>
      Resume
    </Verb>
  );
}

interface ButtonProps {
  denied: string | undefined;
  isBusy?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Verb({ children, ...rest }: ButtonProps) {
  return (
    <Button size="small" {...rest}>
      {children}
    </Button>
  );
}
