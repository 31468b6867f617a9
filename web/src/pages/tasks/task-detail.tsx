/**
 * The detail of one task: origin, steps, facts, subtasks, story, messages, output, input and files. The page and the
 * panel share it. A part that has nothing to show is left out.
 */
import type { Message } from "@bailiwick/sdk";
import { type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useDraft } from "../../data/draft.ts";
import { type TaskDetail as Detail, isFinal } from "../../data/tasks.ts";
import { Document, useTombstone, WithdrawButton } from "../../domain/withdraw.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Section } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { focusMessageBox, MessageBox, messageDraft } from "./message-box.tsx";
import { SubtaskList } from "./subtask-list.tsx";
import { TaskChain } from "./task-chain.tsx";
import { TaskFacts } from "./task-facts.tsx";
import { TaskMessages } from "./task-messages.tsx";
import { TaskSteps } from "./task-steps.tsx";
import { TaskStory } from "./task-story.tsx";
import { TaskWait } from "./task-wait.tsx";

const DelegationTree = lazyPart(() => import("./delegation/delegation-tree.tsx"), "DelegationTree");
const TaskAttachments = lazyPart(() => import("./attachments/task-attachments.tsx"), "TaskAttachments");
const Telemetry = lazyPart(() => import("./task-telemetry.tsx"), "Telemetry");

interface DetailProps {
  task: Detail;
  isPage?: boolean;
}

export function TaskDetail({ task, isPage = false }: DetailProps) {
  const [answered, setAnswered] = useState<Message>();
  const facts = (
    <div className={cx("border-t border-line", isPage && "lg:order-2 lg:border-l")}>
      <Section title="Facts">
        <TaskFacts task={task} />
      </Section>
    </div>
  );
  return (
    <div className={cx(isPage && "max-w-384 lg:grid lg:grid-cols-[minmax(0,1fr)_300px]")}>
      <div className={cx("space-y-3 px-4 py-3", isPage && "lg:col-span-2")}>
        <TaskChain task={task} />
        <TaskWait task={task} />
        <TaskSteps task={task} />
      </div>
      {isPage && facts}
      <div className="min-w-0 border-t border-line">
        {isFinal(task.status) && <Output task={task} />}
        <SubtaskList task={task} />
        <TaskStory task={task} />
        <TaskMessages task={task} onAnswer={setAnswered} />
        {!isFinal(task.status) && <Output task={task} />}
        {task.input !== null && (
          <Section title="Input" about={<Withdraw task={task} field="input" />}>
            <Document task={task} value={task.input} label="Input" />
          </Section>
        )}
        <Section title="Attachments">
          <Suspense fallback={<Skeleton lines={2} />}>
            <TaskAttachments taskId={task.id} />
          </Suspense>
        </Section>
        <OnDemand title="Delegation tree" keys="t">
          <DelegationTree rootId={task.root_task_id} currentId={task.id} />
        </OnDemand>
        <OnDemand title="Telemetry">
          <Telemetry taskId={task.id} isNarrow={!isPage} />
        </OnDemand>
      </div>
      {!isPage && facts}
      <Composer task={task} isPage={isPage} answered={answered} onAnswered={() => setAnswered(undefined)} />
    </div>
  );
}

interface ComposerProps {
  task: Detail;
  isPage: boolean;
  answered: Message | undefined;
  onAnswered: () => void;
}

/**
 * Stays at the lower edge while the task scrolls. While the task asks a question, a button opens the form: a message
 * leaves the task blocked.
 */
function Composer({ isPage, ...box }: ComposerProps) {
  const [isWanted, setWanted] = useState(false);
  const isAsking = box.task.allowed_steps.some(({ step, allowed }) => step === "answer" && allowed);
  const [draft] = useDraft(messageDraft(box.task.id));
  const isOpen = !isAsking || isWanted || box.answered !== undefined || draft !== "";
  useEffect(() => {
    if (isWanted) focusMessageBox();
  }, [isWanted]);
  return (
    <div
      className={cx(
        "sticky bottom-0 z-10 border-t border-line bg-canvas px-4 py-2 print:hidden",
        isPage && "lg:order-3 lg:col-span-2",
      )}
    >
      <div className="max-w-180">
        {isOpen ? (
          <MessageBox {...box} />
        ) : (
          <Button size="small" look="quiet" keys="m" onClick={() => setWanted(true)}>
            Write a message without an answer
          </Button>
        )}
      </div>
    </div>
  );
}

function Withdraw({ task, field }: { task: Detail; field: "input" | "output" }) {
  const tombstone = useTombstone(task[field], task.id);
  if (task[field] === null || tombstone) return null;
  return <WithdrawButton subject={{ kind: "task", id: task.id, fields: [field] }} what={`the ${field}`} />;
}

/** A task that runs has no output, except one of an earlier attempt. */
function Output({ task }: DetailProps) {
  const { output, status, result_of_attempt, attempt } = task;
  if (output === null && status !== "completed") return null;
  const isEarlier = result_of_attempt !== null && result_of_attempt !== attempt;
  return (
    <Section title="Output" about={<Withdraw task={task} field="output" />}>
      {isEarlier && <p className="mb-2 text-sm text-ink-3">This is the output of attempt {result_of_attempt}.</p>}
      <Document task={task} value={output} label="Output" />
    </Section>
  );
}

interface OnDemandProps {
  title: string;
  /** Shows the part and scrolls to it. */
  keys?: string;
  children: ReactNode;
}

/** A part that is costly to read; a button or a key loads it. */
function OnDemand({ title, keys, children }: OnDemandProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const show = () => {
    setOpen(true);
    button.current?.scrollIntoView({ block: "start" });
  };
  useHotkeys(keys === undefined ? [] : [{ keys, label: `Show the ${title.toLowerCase()}`, isMove: true, run: show }]);
  return (
    <Section
      title={title}
      about={
        <Button ref={button} size="small" look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide" : "Show"}
          <span className="sr-only">{` the ${title.toLowerCase()}`}</span>
        </Button>
      }
    >
      {isOpen && <Suspense fallback={<Skeleton lines={3} />}>{children}</Suspense>}
    </Section>
  );
}
