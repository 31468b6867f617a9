/** A conversation, the newest at the end. It follows what comes in only while its end is in sight. */
import type { Message } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useSession } from "../../data/session.tsx";
import { useUnread } from "../../data/unread.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Empty, ErrorState, Skeleton, StaleBar } from "../../ui/states.tsx";
import { Composer } from "./composer.tsx";
import { MessageLine } from "./message-line.tsx";
import { addressIn, useThread } from "./thread-data.ts";

export function Conversation({ id }: { id: string }) {
  const { user } = useSession();
  const list = useThread(id);
  const [answered, setAnswered] = useState<Message>();
  useSeen(id);
  if (list.isLoading) return <Skeleton lines={9} className="p-4" />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  if (list.rows.length === 0) return <Empty title="Nothing was said here that you may read." />;
  const task = list.rows.find(({ task_id }) => task_id !== null)?.task_id;
  return (
    <div className="flex min-h-0 grow flex-col">
      {list.isStale && <StaleBar retry={list.reload} />}
      {task && (
        <div className="border-b border-line px-4 py-1.5">
          <Link to="/tasks/$id" params={{ id: task }} className={buttonClass("quiet", "small")}>
            The task it is about
          </Link>
        </div>
      )}
      <Lines list={list} userId={user.id} onAnswer={setAnswered} />
      <Composer
        address={addressIn(id, user.id, list.rows)}
        answered={answered}
        onAnswered={() => setAnswered(undefined)}
      />
    </div>
  );
}

interface LinesProps {
  list: ReturnType<typeof useThread>;
  userId: string;
  onAnswer: (message: Message) => void;
}

/** So near to its end, a conversation is followed. Pixels. */
const NEAR_END_PX = 60;

function Lines({ list: { rows, hasMore, loadMore, isLoadingMore }, userId, onAnswer }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [newCount, setNewCount] = useState(0);
  const newest = rows[0]?.id;
  const seen = useRef(newest);
  const toEnd = () => {
    setNewCount(0);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a message that came moves anything.
  useLayoutEffect(() => {
    const came = rows.findIndex(({ id }) => id === seen.current);
    seen.current = newest;
    if (isAtEnd.current) toEnd();
    else setNewCount((count) => count + Math.max(0, came));
  }, [newest]);
  const onScroll = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = scroller.current ?? {};
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (isAtEnd.current) setNewCount(0);
  };
  const byId = new Map(rows.map((message) => [message.id, message]));
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <section
        ref={scroller}
        tabIndex={0}
        aria-label="Messages"
        onScroll={onScroll}
        className="min-h-0 grow overflow-y-auto"
      >
        {hasMore && (
          <div className="p-3 text-center">
            <Button size="small" isBusy={isLoadingMore} onClick={loadMore}>
              Show earlier
            </Button>
          </div>
        )}
        <ol className="divide-y divide-line">
          {rows.toReversed().map((message) => (
            <MessageLine
              key={message.id}
              message={message}
              quoted={message.in_reply_to ? byId.get(message.in_reply_to) : undefined}
              onAnswer={message.from_user_id === userId || message.role === "system" ? undefined : onAnswer}
            />
          ))}
        </ol>
      </section>
      {newCount > 0 && (
        <button
          type="button"
          onClick={toEnd}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full bg-accent px-3 py-1 text-sm font-medium text-white shadow-pop"
        >
          {newCount === 1 ? "1 new message" : `${newCount} new messages`}
        </button>
      )}
    </div>
  );
}

/** What is shown to the one it was sent to, is read. */
function useSeen(threadId: string): void {
  const unread = useUnread().data?.items.filter(({ thread_id }) => thread_id === threadId) ?? [];
  const { run } = useCommand({
    send: (client, ids: string[]) => client.messages.markRead({ message_ids: ids }),
    changes: ["messages", "threads"],
    isQuiet: true,
  });
  const key = unread.map(({ id }) => id).join(" ");
  const told = useRef("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids stand for the messages.
  useEffect(() => {
    if (key === "" || key === told.current || document.hidden) return;
    told.current = key;
    void run(unread.map(({ id }) => id));
  }, [key]);
}
