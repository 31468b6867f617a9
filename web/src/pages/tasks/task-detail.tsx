/**
 * The detail of one task: origin, steps, facts, subtasks, story, messages, output, input and files. The page and the
 * panel share it. A part that has nothing to show is left out.
 */
import type { Message } from "@bailiwick/sdk";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { useDraft } from "../../data/draft.ts";
import { type TaskDetail as Detail, isFinal } from "../../data/tasks.ts";
import { Document, useTombstone, WithdrawButton } from "../../domain/withdraw.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Section } from "../../ui/page.tsx";
import { useIsWide } from "../../ui/use-media.ts";
import { focusMessageBox, MessageBox, messageDraft } from "./message-box.tsx";
import { SubtaskList } from "./subtask-list.tsx";
import { TaskChain } from "./task-chain.tsx";
import { TaskFacts } from "./task-facts.tsx";
import { TaskMessages } from "./task-messages.tsx";
import { TaskMore } from "./task-more.tsx";
import { TaskSteps } from "./task-steps.tsx";
import { TaskStory } from "./task-story.tsx";
import { TaskWait } from "./task-wait.tsx";

const TaskAttachments = lazyPart(() => import("./attachments/task-attachments.tsx"), "TaskAttachments");

interface DetailProps {
  task: Detail;
  isPage: boolean;
  /** Above the origin of the task. */
  head?: ReactNode;
}

export function TaskDetail({ task, isPage, head }: DetailProps) {
  const [answered, setAnswered] = useState<Message>();
  // Where the facts are at the side, the question has the width of the story.
  const hasAside = useIsWide() && isPage;
  const facts = (
    <div className={cx("border-t border-line", isPage && "lg:order-2 lg:border-l")}>
      <Section title="Facts">
        <TaskFacts task={task} />
      </Section>
    </div>
  );
  return (
    <div className="flex min-h-0 grow flex-col">
      <div
        className="relative flex min-h-0 grow flex-col overflow-y-auto *:shrink-0"
        tabIndex={0}
        role="region"
        aria-label={isPage ? "Content" : "Task"}
      >
        {head}
        <div
          className={cx(
            "grid grow content-start",
            isPage && "max-w-384 lg:grid-cols-[minmax(0,1fr)_320px] lg:grid-rows-[auto_1fr]",
          )}
        >
          <Head task={task} isPage={isPage} hasWait={!hasAside} />
          {isPage && facts}
          <div className="min-w-0 border-t border-line">
            {hasAside && <Wait task={task} />}
            {isFinal(task.status) && <Output task={task} />}
            <SubtaskList task={task} isPage={isPage} />
            <TaskStory task={task} />
            <TaskMessages task={task} onAnswer={setAnswered} />
            {!isFinal(task.status) && <Output task={task} />}
            {task.input !== null && <Input task={task} />}
            <Suspense>
              <TaskAttachments taskId={task.id} />
            </Suspense>
            <TaskMore task={task} isPage={isPage} />
          </div>
          {!isPage && facts}
        </div>
      </div>
      <Composer task={task} answered={answered} onAnswered={() => setAnswered(undefined)} />
    </div>
  );
}

function Wait({ task }: { task: Detail }) {
  return (
    <div className="px-4 py-3 empty:hidden">
      <TaskWait task={task} />
    </div>
  );
}

/** On a wide page the steps stand on the line of the origin; in a panel the question comes first. */
function Head({ task, isPage, hasWait }: Omit<DetailProps, "head"> & { hasWait: boolean }) {
  return (
    <div
      className={cx("flex flex-wrap items-center gap-x-6 gap-y-2.5 px-4 py-2.5 *:min-w-0", isPage && "lg:col-span-2")}
    >
      <TaskChain task={task} />
      {hasWait && (
        <div className="basis-full empty:hidden">
          <TaskWait task={task} />
        </div>
      )}
      <div className={cx(isPage && "lg:ml-auto")}>
        <TaskSteps task={task} />
      </div>
    </div>
  );
}

interface ComposerProps {
  task: Detail;
  answered: Message | undefined;
  onAnswered: () => void;
}

/**
 * Stands below the scrolling task. While the task asks a question, a button opens the form: a message
 * leaves the task blocked.
 */
function Composer(box: ComposerProps) {
  const [isWanted, setWanted] = useState(false);
  const isAsking = box.task.allowed_steps.some(({ step, allowed }) => step === "answer" && allowed);
  const [draft] = useDraft(messageDraft(box.task.id));
  const isOpen = !isAsking || isWanted || box.answered !== undefined || draft !== "";
  useEffect(() => {
    if (isWanted) focusMessageBox();
  }, [isWanted]);
  return (
    <div data-composer className="shrink-0 border-t border-line bg-canvas px-4 py-2 print:hidden">
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

function Input({ task }: { task: Detail }) {
  return (
    <Section title="Input" about={<Withdraw task={task} field="input" />}>
      <Document task={task} value={task.input} label="Input" />
    </Section>
  );
}

/** A task that runs has no output, except one of an earlier attempt. */
function Output({ task }: { task: Detail }) {
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
