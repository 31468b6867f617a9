/** Several tasks with the same question, or that failed for the same reason: one answer or one step for all of them. */
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { WriteForm } from "../../domain/messages/write-form.tsx";
import { ANSWER_LENGTH_MAX, AnswerOptions } from "../../domain/tasks/answer-task.tsx";
import { noteAnswered, useWantedFocus } from "../../domain/tasks/answered.ts";
import { useManySteps } from "../../domain/tasks/many-steps.ts";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { TextArea } from "../../ui/field.tsx";
import { Time } from "../../ui/time.tsx";
import { type AlikeItem, asksAnswer } from "./items.ts";

export function AlikeAsk({ item }: { item: AlikeItem }) {
  const { text, tasks, of } = item;
  return (
    <section className="min-h-0 space-y-4 overflow-y-auto p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        <AgentText text={text} />
      </h2>
      <p className="text-ink-2">
        {counted(tasks.length, "task")}{" "}
        {of === "failed" ? "failed for this reason." : asksAnswer(item) ? "ask this." : "wait for this."}
      </p>
      {of === "failed" ? (
        <RetryAll item={item} />
      ) : asksAnswer(item) ? (
        <AnswerAll item={item} />
      ) : (
        <NextStep of={item} />
      )}
      <ul className="divide-y divide-line border-t border-line">
        {tasks.map((task) => (
          <li key={task.id} className="py-2">
            <Link to="/inbox" search={{ open: `task:${task.id}` }} className="block truncate hover:underline">
              <AgentLine text={task.title} className="block truncate" />
            </Link>
            <span className="flex min-w-0 items-center gap-2 text-sm text-ink-3">
              <Assignee task={task} />
              <span className="ml-auto shrink-0">
                <Time at={task.finished_at ?? task.updated_at} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A start that was refused goes on by itself when its cause ends. */
function NextStep({ of: { tasks } }: { of: AlikeItem }) {
  return <p className="text-sm text-ink-2">{tasks[0]?.blocked_reason?.next_step}</p>;
}

function AnswerAll({ item: { id, tasks } }: { item: AlikeItem }) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { answer } = useManySteps();
  const denied = useDenied("tasks:write");
  const [first] = tasks;
  useWantedFocus(id, form);
  const send = async (given: string) => {
    if (given.trim() === "" || isBusy || denied !== undefined) return;
    setBusy(true);
    const { failed } = await answer(tasks, given);
    setBusy(false);
    if (failed.length === 0) noteAnswered(id);
  };
  return (
    <WriteForm form={form} className="space-y-2" onSend={() => void send(text)}>
      {first && <AnswerOptions task={first} denied={denied} isBusy={isBusy} onChoose={(option) => void send(option)} />}
      <TextArea
        label="Your answer to each of them"
        rows={2}
        maxLength={ANSWER_LENGTH_MAX}
        value={text}
        onChange={setText}
      />
      <Button
        type="submit"
        look="primary"
        size="small"
        keys="mod+enter"
        isBusy={isBusy}
        denied={denied ?? (text.trim() === "" ? "Write something first." : undefined)}
      >
        Answer all {tasks.length}
      </Button>
    </WriteForm>
  );
}

function RetryAll({ item: { tasks } }: { item: AlikeItem }) {
  const [isBusy, setBusy] = useState(false);
  const { retry } = useManySteps();
  const denied = useDenied("tasks:write");
  const run = async () => {
    setBusy(true);
    await retry(tasks);
    setBusy(false);
  };
  return (
    <Button look="primary" size="small" isBusy={isBusy} denied={denied} onClick={() => void run()}>
      Retry all {tasks.length}
    </Button>
  );
}
