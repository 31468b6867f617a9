/** A new message: to an agent, to a person, or about a task. */
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useMembers } from "../../data/members.ts";
import { useSession } from "../../data/session.tsx";
import { AgentPicker } from "../../ui/agent-picker.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select, TextArea } from "../../ui/field.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { ReplyBy } from "./reply-by.tsx";

interface WriteProps {
  toAgentId: string | undefined;
  /** With the conversation it went into, when it was sent. */
  onClose: (threadId?: string) => void;
}

export function WriteMessage({ toAgentId, onClose }: WriteProps) {
  const [to, setTo] = useState<"agent" | "person">("agent");
  const [agentId, setAgentId] = useState(toAgentId);
  const [userId, setUserId] = useState("");
  const [text, setText] = useState("");
  const [replyBy, setReplyBy] = useState("");
  const { run, isRunning } = useCommand({
    send: (client, content: string) =>
      client.messages.send({
        content,
        ...(to === "agent" ? { to_agent_id: agentId } : { to_user_id: userId }),
        ...(replyBy && { reply_by: replyBy }),
      }),
    changes: ["messages", "threads"],
    done: "Sent",
  });
  const send = async () => {
    const sent = await run(text);
    if (sent) onClose(sent.thread_id);
  };
  const isAddressed = to === "agent" ? agentId !== undefined : userId !== "";
  const missing = isAddressed ? (text.trim() === "" ? "Write something first." : undefined) : "Say to whom first.";
  return (
    <Dialog title="Write a message" isOpen onClose={() => onClose()}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === undefined) void send();
        }}
      >
        <Tabs
          label="To whom"
          value={to}
          tabs={[
            { value: "agent", label: "To an agent" },
            { value: "person", label: "To a person" },
          ]}
          onChange={setTo}
        />
        {to === "agent" ? (
          <AgentPicker label="Agent" value={agentId} onChange={setAgentId} isRequired />
        ) : (
          <PersonPicker value={userId} onChange={setUserId} />
        )}
        <TextArea label="Message" rows={5} value={text} onChange={setText} />
        <div className="flex flex-wrap items-end gap-2">
          <ReplyBy value={replyBy} onChange={setReplyBy} />
          <Button type="submit" look="primary" className="ml-auto" isBusy={isRunning} denied={missing}>
            Send
          </Button>
        </div>
      </form>
    </Dialog>
  );
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
