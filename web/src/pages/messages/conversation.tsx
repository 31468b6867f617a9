/** A conversation: its messages and a form for a new one. */
import type { Message } from "@bailiwick/sdk";
import { useCallback, useState } from "react";
import { useSession } from "../../data/session.tsx";
import { addressIn } from "../../domain/messages/thread.ts";
import { Empty, ErrorState, Skeleton, StaleBar } from "../../ui/states.tsx";
import { Composer } from "./composer.tsx";
import { useThread } from "./thread-data.ts";
import { ThreadLines } from "./thread-lines.tsx";
import { useSeen } from "./use-seen.ts";

interface ConversationProps {
  id: string;
  /** The message to scroll to; by default the end. */
  at?: string | undefined;
}

export function Conversation({ id, at }: ConversationProps) {
  const { user } = useSession();
  const list = useThread(id);
  const [answered, setAnswered] = useState<Message>();
  const [sending, setSending] = useState<string>();
  const [isAtEnd, setAtEnd] = useState(false);
  useSeen(id, isAtEnd);
  const done = useCallback(() => setAnswered(undefined), []);
  if (list.isLoading) return <Skeleton lines={9} className="p-4" />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  if (list.rows.length === 0) return <Empty title="This conversation has no messages that you may read." />;
  return (
    <div className="flex min-h-0 min-w-0 grow flex-col">
      {list.isStale && <StaleBar retry={list.reload} />}
      <ThreadLines list={list} userId={user.id} sending={sending} at={at} onAnswer={setAnswered} onEnd={setAtEnd} />
      <Composer
        threadId={id}
        address={addressIn(id, user.id, list.rows)}
        answered={answered}
        onAnswered={done}
        onSending={setSending}
      />
    </div>
  );
}
