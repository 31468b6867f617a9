/** The text of a message. Lists have only the beginning of a long one; a button reads the whole message. */
import type { Message } from "@bailiwick/sdk";
import { Suspense, useState } from "react";
import { useRead } from "../../data/query.ts";
import { AgentText } from "../../ui/agent-text.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { messageText } from "./message-text.ts";

const MessageFiles = lazyPart(() => import("./message-files.tsx"), "MessageFiles");

export function MessageBody({ message }: { message: Message }) {
  return (
    <>
      <MessageText message={message} />
      {message.attachment_ids.length > 0 && (
        <Suspense>
          <MessageFiles ids={message.attachment_ids} />
        </Suspense>
      )}
    </>
  );
}

function MessageText({ message }: { message: Message }) {
  const [isWanted, setWanted] = useState(false);
  const isShort = isShortened(message);
  const { data, error, refetch } = useRead(
    ["messages", "get", message.id],
    (client, call) => client.messages.get({ id: message.id }, call),
    { enabled: isWanted && isShort },
  );
  if (!isShort) return <AgentText text={messageText(message)} />;
  // The key makes a new element, which begins open.
  if (isWanted && data) return <AgentText key="whole" text={messageText(data)} isOpenAtFirst />;
  return (
    <>
      <AgentText text={`${messageText(message)}…`} />
      {isWanted && error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <button
          type="button"
          className="mt-1 text-sm font-medium text-accent-ink hover:underline"
          onClick={() => setWanted(true)}
        >
          {isWanted ? "Reading…" : "Show all"}
        </button>
      )}
    </>
  );
}

function isShortened({ content, content_bytes }: Message): boolean {
  return new TextEncoder().encode(content).length < content_bytes;
}
