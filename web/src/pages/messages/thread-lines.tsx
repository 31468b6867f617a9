/** The messages, the newest at the end. New messages scroll into view only while the end is visible. */
import type { Message } from "@bailiwick/sdk";
import { Fragment, useEffect, useRef, useState } from "react";
import { dayText } from "../../domain/messages/message-text.ts";
import { withDays } from "../../domain/messages/thread.ts";
import { Button } from "../../ui/button.tsx";
import { MessageLine, SendingLine } from "./message-line.tsx";
import type { useThread } from "./thread-data.ts";
import { useJump } from "./use-jump.ts";
import { useScrollPlace } from "./use-scroll-place.ts";

interface LinesProps {
  list: ReturnType<typeof useThread>;
  userId: string;
  /** The text that is being sent. */
  sending: string | undefined;
  /** The message to scroll to. */
  at: string | undefined;
  onAnswer: (message: Message) => void;
  onEnd: (isAtEnd: boolean) => void;
}

export function ThreadLines({ list, userId, sending, at, onAnswer, onEnd }: LinesProps) {
  const { rows, hasMore, loadMore, isLoadingMore } = list;
  const scroller = useRef<HTMLElement>(null);
  const place = useScrollPlace({
    scroller,
    content: rows,
    onNearStart: () => hasMore && loadMore(),
    isElsewhere: at !== undefined,
  });
  const { isAtEnd, toEnd } = place;
  const { marked, jump } = useJump({ list, scroller, first: at, onLeaveEnd: place.leaveEnd });
  const newCount = useNewCount(rows, isAtEnd);
  useEffect(() => onEnd(isAtEnd), [isAtEnd, onEnd]);
  useEffect(() => {
    if (sending !== undefined) toEnd();
  }, [sending, toEnd]);
  const byId = new Map(rows.map((message) => [message.id, message]));
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <section
        ref={scroller}
        tabIndex={0}
        aria-label="Messages"
        onScroll={place.onScroll}
        className="min-h-0 grow overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        {hasMore && <Earlier isBusy={isLoadingMore} onClick={loadMore} />}
        <ol className="max-w-180 py-2">
          {withDays(rows).map(({ message, isNewDay }) => (
            <Fragment key={message.id}>
              {isNewDay && <Day at={message.created_at} />}
              <MessageLine
                message={message}
                quoted={message.in_reply_to ? byId.get(message.in_reply_to) : undefined}
                isMarked={message.id === marked}
                onAnswer={message.from_user_id === userId ? undefined : onAnswer}
                onJump={jump}
              />
            </Fragment>
          ))}
          {sending !== undefined && <SendingLine text={sending} />}
        </ol>
      </section>
      {newCount > 0 && <NewMessages count={newCount} onClick={toEnd} />}
    </div>
  );
}

function Earlier({ isBusy, onClick }: { isBusy: boolean; onClick: () => void }) {
  return (
    <div className="p-3 text-center">
      <Button size="small" look="quiet" isBusy={isBusy} onClick={onClick}>
        {isBusy ? "Loading earlier messages…" : "Show earlier"}
      </Button>
    </div>
  );
}

function NewMessages({ count, onClick }: { count: number; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full bg-accent px-3 py-1 text-sm font-medium text-white shadow-pop"
    >
      {count === 1 ? "1 new message" : `${count} new messages`}
    </button>
  );
}

function Day({ at }: { at: string }) {
  return (
    <li className="flex items-center gap-3 px-4 py-2 text-xs font-medium text-ink-3">
      <span aria-hidden className="h-px grow bg-line" />
      {dayText(new Date(at), new Date())}
      <span aria-hidden className="h-px grow bg-line" />
    </li>
  );
}

/** Returns the number of messages that arrived while the end was out of view. */
function useNewCount(rows: readonly Message[], isAtEnd: boolean): number {
  const newest = rows[0]?.id;
  const [seen, setSeen] = useState(newest);
  useEffect(() => {
    if (isAtEnd) setSeen(newest);
  }, [isAtEnd, newest]);
  return isAtEnd
    ? 0
    : Math.max(
        0,
        rows.findIndex(({ id }) => id === seen),
      );
}
