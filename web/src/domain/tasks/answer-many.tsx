/** Gives one answer to the questions of several tasks. */
import { useState } from "react";
import type { TaskRow } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea } from "../../ui/field.tsx";
import { WriteForm } from "../messages/write-form.tsx";
import { ANSWER_LENGTH_MAX, AnswerOptions } from "./answer-task.tsx";

interface AnswerManyProps {
  tasks: readonly TaskRow[];
  onAnswer: (text: string) => Promise<void>;
  onClose: () => void;
}

export function AnswerMany({ tasks, onAnswer, onClose }: AnswerManyProps) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const questions = [...new Set(tasks.map(({ blocked_reason }) => blocked_reason?.reason ?? ""))];
  const [first] = tasks;
  const send = async (answer: string) => {
    if (answer.trim() === "" || isBusy) return;
    setBusy(true);
    await onAnswer(answer);
    onClose();
  };
  return (
    <Dialog title={`Answer ${counted(tasks.length, "task")}`} isOpen onClose={onClose}>
      <ul className="mb-3 space-y-1 text-ink-2">
        {questions.slice(0, QUESTIONS_SHOWN).map((question) => (
          <li key={question} className="truncate">
            <AgentLine text={question} className="block truncate" />
          </li>
        ))}
        {questions.length > QUESTIONS_SHOWN && (
          <li className="text-sm text-ink-3">and {questions.length - QUESTIONS_SHOWN} other questions</li>
        )}
      </ul>
      <WriteForm className="space-y-3" onSend={() => void send(text)}>
        {first && questions.length === 1 && (
          <AnswerOptions task={first} denied={undefined} isBusy={isBusy} onChoose={(option) => void send(option)} />
        )}
        <TextArea
          label="Your answer to each of them"
          rows={3}
          maxLength={ANSWER_LENGTH_MAX}
          value={text}
          onChange={setText}
          isAutoFocused
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep</Button>
          <Button
            type="submit"
            look="primary"
            keys="mod+enter"
            isBusy={isBusy}
            denied={text.trim() === "" ? "Write something first." : undefined}
          >
            Answer and continue
          </Button>
        </div>
      </WriteForm>
    </Dialog>
  );
}

const QUESTIONS_SHOWN = 5;
