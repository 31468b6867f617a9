/** The messages about a task. */
import type { Message } from "@bailiwick/sdk";
import { useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskDetail } from "../../data/tasks.ts";
import { PersonName, Sender } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { MessageBody } from "../../domain/messages/message-body.tsx";
import { ReplyState } from "../../domain/status.tsx";
import { WithdrawMessage } from "../../domain/withdraw.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

const PAGE_SIZE = 30;

interface MessagesProps {
  task: TaskDetail;
  onAnswer: (message: Message) => void;
}

export function TaskMessages({ task, onAnswer }: MessagesProps) {
  const { rows, isLoading, error, reload, hasMore, loadMore } = useList<Message>({
    key: ["messages", "list", { task_id: task.id }],
    page: (client, at, call) => client.messages.list({ task_id: task.id, ...at }, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.messages.get({ id }),
    pageSize: PAGE_SIZE,
  });
  if (!isLoading && !error && rows.length === 0) return null;
  return (
    <Section title="Messages">
      {hasMore && (
        <Button size="small" className="mb-2" onClick={loadMore}>
          Show earlier
        </Button>
      )}
      {isLoading && <Skeleton lines={2} />}
      {Boolean(error) && <ErrorState error={error} retry={reload} />}
      {rows.length > 0 && (
        <ol className="max-w-180 space-y-3">
          {rows.toReversed().map((message) => (
            <MessageLine key={message.id} message={message} onAnswer={() => onAnswer(message)} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function MessageLine({ message, onAnswer }: { message: Message; onAnswer: () => void }) {
  const { user } = useSession();
  const { to_agent_id, to_user_id, reply_state, from_user_id } = message;
  const isToMe = to_user_id === user.id || (to_user_id === null && to_agent_id === null);
  const awaits = reply_state === "open" || reply_state === "overdue";
  return (
    <li>
      <p className="flex flex-wrap items-center gap-x-2 text-sm">
        <span className="font-medium">
          <Sender message={message} />
        </span>
        {to_agent_id && (
          <span className="text-ink-3">
            to <AgentName id={to_agent_id} />
          </span>
        )}
        {to_user_id && (
          <span className="text-ink-3">
            to <PersonName id={to_user_id} isInside />
          </span>
        )}
        <span className="text-ink-3">
          <Time at={message.created_at} />
        </span>
        <ReplyState state={reply_state} />
        {message.role !== "system" && <WithdrawMessage message={message} />}
      </p>
      <MessageBody message={message} />
      {(awaits || (isToMe && reply_state === "none")) && from_user_id !== user.id && message.role !== "system" && (
        <button
          type="button"
          className="rounded-sm text-sm font-medium text-accent-ink hover:underline"
          onClick={onAnswer}
        >
          Answer
        </button>
      )}
    </li>
  );
}
