/** A new message: to an agent, to a person, or about a task. */
import type { MessagesSendInput } from "@bailiwick/sdk";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDraft } from "../../data/draft.ts";
import { useMembers } from "../../data/members.ts";
import { describeError } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskRow } from "../../data/tasks.ts";
import { AgentPicker } from "../../domain/agents/agent-picker.tsx";
import { WriteForm } from "../../domain/messages/write-form.tsx";
import { TaskPicker } from "../../domain/tasks/task-picker.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select, TextArea } from "../../ui/field.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { ReplyBy } from "./reply-by.tsx";

interface WriteProps {
  toAgentId: string | undefined;
  /** Called with the id of the conversation after sending. */
  onClose: (threadId?: string) => void;
}

const TABS = [
  { value: "agent", label: "To an agent" },
  { value: "person", label: "To a person" },
  { value: "task", label: "About a task" },
] as const;
type To = (typeof TABS)[number]["value"];

export function WriteMessage({ toAgentId, onClose }: WriteProps) {
  const { to, setTo, address, pickers } = useAddress(toAgentId);
  const [text, setText] = useDraft("new message");
  const [replyBy, setReplyBy] = useState("");
  const { run, isRunning, error } = useCommand({
    send: (client, input: MessagesSendInput) => client.messages.send(input),
    changes: ["messages", "threads"],
    done: "Sent",
    isQuiet: true,
  });
  // A reply can be requested only from a single recipient.
  const canRequestReply = to !== "task";
  const missing = address ? (text.trim() === "" ? "Write something first." : undefined) : "Choose a recipient first.";
  const send = async () => {
    if (missing !== undefined || isRunning) return;
    const sent = await run({ content: text, ...address, ...(canRequestReply && replyBy && { reply_by: replyBy }) });
    if (!sent) return;
    setText("");
    onClose(sent.thread_id);
  };
  return (
    <Dialog title="Write a message" isOpen onClose={() => onClose()}>
      <WriteForm className="space-y-4" onSend={() => void send()}>
        <Tabs label="Recipient" value={to} tabs={TABS} onChange={setTo} />
        {pickers}
        <TextArea
          label="Message"
          rows={5}
          value={text}
          onChange={setText}
          isAutoFocused={toAgentId !== undefined}
          error={error && describeError(error).detail}
        />
        <div className="flex flex-wrap items-end gap-2">
          {canRequestReply && <ReplyBy value={replyBy} onChange={setReplyBy} />}
          <Button type="submit" look="primary" className="ml-auto" keys="mod+enter" isBusy={isRunning} denied={missing}>
            Send
          </Button>
        </div>
      </WriteForm>
    </Dialog>
  );
}

/** Returns the address and the fields that choose it; the address is undefined until a recipient is chosen. */
function useAddress(toAgentId: string | undefined) {
  const [to, setTo] = useState<To>("agent");
  const [agentId, setAgentId] = useState(toAgentId);
  const [userId, setUserId] = useState("");
  const [task, setTask] = useState<TaskRow>();
  switch (to) {
    case "agent": {
      const address = agentId === undefined ? undefined : { to_agent_id: agentId };
      const pickers = (
        <AgentPicker
          label="Agent"
          value={agentId}
          onChange={setAgentId}
          isRequired
          isAutoFocused={toAgentId === undefined}
        />
      );
      return { to, setTo, address, pickers };
    }
    case "person": {
      const address = userId === "" ? undefined : { to_user_id: userId };
      return { to, setTo, address, pickers: <PersonPicker value={userId} onChange={setUserId} /> };
    }
    case "task": {
      const address = task && { task_id: task.id };
      const pickers = (
        <>
          <TaskPicker label="Task" value={task} onChange={setTask} isRequired />
          <p className="text-sm text-ink-3">The assignee and the creator of the task get the message.</p>
        </>
      );
      return { to, setTo, address, pickers };
    }
    default:
      return to satisfies never;
  }
}

function PersonPicker({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { user } = useSession();
  const others = (useMembers() ?? []).filter(({ user_id }) => user_id !== user.id);
  const options = others.map(({ user_id, name, email }) => ({ value: user_id, label: name ?? email }));
  const hint = others.length === 0 ? "Nobody else is a member of this workspace." : undefined;
  return (
    <Select label="Person" value={value} options={options} empty="Choose…" hint={hint} onChange={onChange} isRequired />
  );
}
