/** Writes about a task: to all its participants, to its agent, or as a reply to a message. */
import type { Attachment, Message, MessagesSendInput } from "@bailiwick/sdk";
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useAgent } from "../../data/agents.ts";
import { useCommand } from "../../data/command.ts";
import { useDraft } from "../../data/draft.ts";
import { useDenied } from "../../data/session.tsx";
import type { TaskDetail } from "../../data/tasks.ts";
import { AttachButton } from "../../domain/files/attach-button.tsx";
import { type Uploads, useUploads } from "../../domain/files/use-uploads.ts";
import { replyTo } from "../../domain/messages/thread.ts";
import { Answering, WriteForm } from "../../domain/messages/write-form.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { Select, TextArea, TextInput } from "../../ui/field.tsx";
import { useHotkeys } from "../../ui/keys.ts";

interface BoxProps {
  task: TaskDetail;
  /** The message that is answered. */
  answered: Message | undefined;
  onAnswered: () => void;
}

/** The most files that a message may name. */
const FILES_MAX = 10;

type To = "all" | "agent";

/** The id of the part, so that a button elsewhere on the page can move to it. */
const BOX_ID = "message-box";
export const focusMessageBox = () => document.querySelector<HTMLElement>(`#${BOX_ID} textarea`)?.focus();

/** The name under which the text of the box is kept. */
export const messageDraft = (id: string): string => `task ${id}`;

export function MessageBox({ task, answered, onAnswered }: BoxProps) {
  const [text, setText] = useDraft(messageDraft(task.id));
  const [to, setTo] = useState<To>("all");
  const [replyBy, setReplyBy] = useState("");
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const uploads = useUploads(task.id, (file) => setFiles((before) => [...before, file]));
  const box = useRef<HTMLFormElement>(null);
  const denied = useDenied("messages:write");
  const focus = () => box.current?.querySelector("textarea")?.focus();
  useHotkeys([{ keys: "m", label: "Write about this task", denied, run: focus }]);
  useEffect(() => {
    if (answered) box.current?.querySelector("textarea")?.focus();
  }, [answered]);
  const { run, isRunning } = useCommand({
    send: (client, input: MessagesSendInput) => client.messages.send(input),
    changes: ["messages", "threads"],
  });
  const send = async () => {
    if (text.trim() === "" || isRunning) return;
    const addressed = answered ? replyTo(answered) : to === "agent" ? toAgent(task, replyBy) : {};
    const attached = files.length > 0 ? { attachment_ids: files.map(({ id }) => id) } : {};
    if (!(await run({ content: text, task_id: task.id, ...addressed, ...attached }))) return;
    setText("");
    setFiles([]);
    setReplyBy("");
    onAnswered();
  };
  // At rest only the first line stands below the task.
  const isBegun = text !== "" || files.length > 0 || answered !== undefined || uploads.progress !== undefined;
  return (
    <WriteForm form={box} className="group space-y-2" onSend={() => void send()}>
      {answered && <Answering message={answered} onClose={onAnswered} />}
      <div id={BOX_ID}>
        <TextArea label={answered ? "Your answer" : "Write about this task"} rows={1} value={text} onChange={setText} />
      </div>
      <div className={cx("flex flex-wrap items-end gap-2", !isBegun && "hidden group-focus-within:flex")}>
        <ChosenFiles files={files} uploads={uploads} onFiles={setFiles} />
        {!answered && <Address task={task} to={to} onTo={setTo} replyBy={replyBy} onReplyBy={setReplyBy} />}
        <Button
          type="submit"
          className="ml-auto"
          keys="mod+enter"
          isBusy={isRunning}
          denied={denied ?? (text.trim() === "" ? "Write something first." : undefined)}
        >
          {answered ? "Answer" : "Send"}
        </Button>
      </div>
    </WriteForm>
  );
}

interface ChosenProps {
  files: readonly Attachment[];
  uploads: Uploads;
  onFiles: (files: readonly Attachment[]) => void;
}

/** The files that go with the message. They are files of the task, and stay there when the message does not name them. */
function ChosenFiles({ files, uploads, onFiles }: ChosenProps) {
  const denied = useDenied("tasks:write");
  const isFull = files.length >= FILES_MAX;
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <AttachButton
        uploads={uploads}
        denied={denied ?? (isFull ? `A message has at most ${FILES_MAX} files.` : undefined)}
        text="Add files"
        label="Files of the message"
      />
      {files.map((file) => (
        <span key={file.id} className="inline-flex max-w-full items-center gap-1">
          <AgentLine text={file.name} className="truncate" />
          <Button
            look="quiet"
            size="small"
            label={`Send without ${file.name}`}
            onClick={() => onFiles(files.filter(({ id }) => id !== file.id))}
          >
            <X aria-hidden className="size-4" />
          </Button>
        </span>
      ))}
      <span role="status" className="text-ink-3">
        {uploads.progress}
      </span>
    </div>
  );
}

const toAgent = (task: TaskDetail, replyBy: string): Partial<MessagesSendInput> => ({
  ...(task.assigned_to_agent_id !== null && { to_agent_id: task.assigned_to_agent_id }),
  ...(replyBy && { reply_by: new Date(replyBy).toISOString() }),
});

interface AddressProps {
  task: TaskDetail;
  to: To;
  onTo: (to: To) => void;
  replyBy: string;
  onReplyBy: (replyBy: string) => void;
}

function Address({ task, to, onTo, replyBy, onReplyBy }: AddressProps) {
  const agent = useAgent(task.assigned_to_agent_id ?? undefined);
  const options = [
    { value: "all", label: "Its agent and its creator" },
    ...(agent ? [{ value: "agent" as const, label: agent.name.slice(0, 60) }] : []),
  ] as const;
  return (
    <>
      <div className="w-56 max-sm:w-full">
        <Select label="To" value={to} options={options} onChange={(value) => onTo(value || "all")} />
      </div>
      {to === "agent" && (
        <div className="w-56 max-sm:w-full">
          <TextInput label="Reply by (optional)" type="datetime-local" value={replyBy} onChange={onReplyBy} />
        </div>
      )}
    </>
  );
}
