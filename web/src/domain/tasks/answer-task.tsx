/** The form for the answer to the question of a blocked task. Its agent then continues. */
import { useEffect, useRef, useState } from "react";
import { useAgent } from "../../data/agents.ts";
import { useCommand } from "../../data/command.ts";
import { describeError } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskRow } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { TextArea } from "../../ui/field.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { visibleText } from "../../ui/visible-text.ts";
import { WriteForm } from "../messages/write-form.tsx";
import { noteAnswered, useWantedFocus } from "./answered.ts";

interface AnswerProps {
  task: Pick<TaskRow, "id" | "title" | "blocked_reason" | "assigned_to_agent_id">;
  denied: string | undefined;
}

export function AnswerTask({ task, denied }: AnswerProps) {
  const [text, setText] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const { run, isRunning, error } = useAnswerTask(task, true);
  const focus = () => form.current?.querySelector("textarea")?.focus();
  useWantedFocus(task.id, form);
  useHotkeys([{ keys: "r", label: "Answer this task", denied, run: focus }]);
  const send = async (answer: string) => {
    if (answer.trim() === "" || isRunning || denied !== undefined || !(await run(answer))) return;
    setText("");
    noteAnswered(task.id);
  };
  return (
    <WriteForm form={form} className="space-y-2" onSend={() => void send(text)}>
      <AnswerOptions task={task} denied={denied} isBusy={isRunning} onChoose={(option) => void send(option)} />
      <TextArea
        label="Your answer"
        rows={2}
        maxLength={ANSWER_LENGTH_MAX}
        value={text}
        onChange={setText}
        error={error && describeError(error).detail}
      />
      <Button
        type="submit"
        look="primary"
        size="small"
        keys="mod+enter"
        isBusy={isRunning}
        denied={denied ?? (text.trim() === "" ? "Write something first." : undefined)}
      >
        Answer and continue
      </Button>
    </WriteForm>
  );
}

export const ANSWER_LENGTH_MAX = 10_000;

/** A notice shows this much of an answer and of a title. */
const NOTED_LENGTH_MAX = 60;

function cut(text: string): string {
  const line = visibleText(text.trim().replace(/\s+/g, " "));
  return line.length > NOTED_LENGTH_MAX ? `${line.slice(0, NOTED_LENGTH_MAX)}…` : line;
}

export function useAnswerTask({ id, title, assigned_to_agent_id: agentId }: AnswerProps["task"], isQuiet = false) {
  const { client } = useSession();
  const name = useAgent(agentId ?? undefined)?.name;
  return useCommand({
    send: (client, answer: string) => client.tasks.answer({ id, answer }),
    changes: ["tasks", "messages", "threads"],
    done: (_, answer) => `Answered “${cut(answer)}” to “${cut(title)}”`,
    detail: name ? `${visibleText(name)} continues.` : "The task is queued again.",
    undo: () => () => client.tasks.undo({ id }),
    isQuiet,
  });
}

interface OptionsProps extends Pick<AnswerProps, "task" | "denied"> {
  /** Among the verbs of a row, which have one line. */
  isInRow?: boolean;
  isBusy: boolean;
  onChoose: (option: string) => void;
}

/** The answers that the agent suggests. One press sends an answer. */
export function AnswerOptions({ task, denied, isInRow = false, isBusy, onChoose }: OptionsProps) {
  const options = task.blocked_reason?.options ?? [];
  const isSettled = useSettled(task.id) || isInRow;
  if (options.length === 0) return null;
  return (
    <div
      role="group"
      aria-label="Suggested answers"
      className={cx("flex gap-1.5", !isInRow && "flex-wrap", !isSettled && "pointer-events-none")}
    >
      {options.map((option) => (
        <Button
          key={option}
          size={isInRow ? "small" : "lines"}
          denied={denied}
          isBusy={isBusy}
          onClick={() => onChoose(option)}
        >
          <bdi className={isInRow ? "max-w-48 truncate" : "line-clamp-3"}>{option}</bdi>
        </Button>
      ))}
    </div>
  );
}

const SETTLES_MS = 700;

/** After an answer the next question takes the place of this one, and a second click is not meant for it. */
function useSettled(taskId: string): boolean {
  const [settled, setSettled] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setSettled(taskId), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [taskId]);
  return settled === taskId;
}
