/** Conversations, all or those of one agent, and messages found by words or by an awaited reply. */
import type { Message, Thread } from "@bailiwick/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { MessagesSquare, PenLine } from "lucide-react";
import { Suspense, useCallback } from "react";
import { useDenied } from "../../data/session.tsx";
import { AgentFilter } from "../../domain/agents/agent-filter.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Filter, SearchBox } from "../../ui/toolbar.tsx";
import { Conversation } from "./conversation.tsx";
import { MessageRow, messageColumns, NARROW_ROW_PX, ThreadRow, threadColumns } from "./rows.tsx";
import type { MessagesSearch } from "./search.ts";
import { Between, useSubject } from "./subject.tsx";
import { useFoundMessages, useThreads } from "./thread-data.ts";

const WriteMessage = lazyPart(() => import("./write-message.tsx"), "WriteMessage");

export function MessagesPage() {
  const search = useSearch({ from: "/messages" });
  const navigate = useNavigate();
  const change = useCallback(
    (next: Partial<MessagesSearch>) =>
      void navigate({ to: "/messages", search: (now) => ({ ...now, ...next }), replace: isInPlace(next) }),
    [navigate],
  );
  const denied = useDenied("messages:write");
  const write = () => change({ write: "yes" });
  useHotkeys([{ keys: "c", label: "Write a message", denied, run: write }]);
  const { open } = search;
  const isSearch = search.q !== undefined || search.awaiting !== undefined;
  return (
    <Page
      title="Messages"
      actions={<NewMessage denied={denied} onClick={write} />}
      toolbar={<Filters search={search} onChange={change} />}
    >
      <Split
        label="Conversation"
        href={open && `/messages/${open}`}
        onClose={() => change({ open: undefined, message: undefined })}
        detail={open && <OpenThread key={open} id={open} at={search.message} />}
      >
        {isSearch ? (
          <Found
            search={search}
            onOpen={(id, message) => change({ open: id, message })}
            onAll={() => change({ q: undefined, awaiting: undefined })}
          />
        ) : (
          <Threads
            search={search}
            denied={denied}
            onOpen={(id) => change({ open: id, message: undefined })}
            onWrite={() => change({ write: "yes", to_agent_id: search.agent_id })}
          />
        )}
      </Split>
      {search.write && <Writing search={search} onChange={change} />}
    </Page>
  );
}

function Writing({ search, onChange }: FiltersProps) {
  const close = (threadId: string | undefined) =>
    onChange({
      write: undefined,
      to_agent_id: undefined,
      ...(threadId && { open: threadId, message: undefined }),
    });
  return (
    <Suspense>
      <WriteMessage toAgentId={search.to_agent_id} onClose={close} />
    </Suspense>
  );
}

function NewMessage({ denied, onClick }: { denied: string | undefined; onClick: () => void }) {
  return (
    <Button look="primary" keys="c" denied={denied} onClick={onClick}>
      <PenLine aria-hidden className="size-4" />
      Write
    </Button>
  );
}

function OpenThread({ id, at }: { id: string; at: string | undefined }) {
  const subject = useSubject(id);
  return (
    <>
      <header className="flex min-h-14 shrink-0 flex-col justify-center border-b border-line py-1.5 pr-24 pl-4">
        <h2 className="truncate font-semibold">
          <span className="sr-only">Conversation: </span>
          <bdi>{subject}</bdi>
        </h2>
        <Between threadId={id} />
      </header>
      <Conversation id={id} at={at} />
    </>
  );
}

interface FiltersProps {
  search: MessagesSearch;
  onChange: (change: Partial<MessagesSearch>) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  return (
    <>
      <SearchBox label="Search words" value={search.q} onChange={(q) => onChange({ q })} />
      <AgentFilter name="Agent" id={search.agent_id} onChange={(agent_id) => onChange({ agent_id })} />
      <Filter
        name="Replies"
        isFirst
        value={search.awaiting}
        options={[{ value: "yes", label: "awaited" }]}
        onChange={(awaiting) => onChange({ awaiting })}
      />
    </>
  );
}

interface ListProps {
  search: MessagesSearch;
  onOpen: (threadId: string, messageId: string) => void;
}

/** Screen readers get at most this many characters of a text. */
const NAME_LENGTH_MAX = 200;

interface ThreadsProps extends ListProps {
  denied: string | undefined;
  onWrite: () => void;
}

function Threads({ search, denied, onOpen, onWrite }: ThreadsProps) {
  const list = useThreads(search.agent_id);
  return (
    <Table<Thread>
      label="Conversations"
      list={list}
      columns={threadColumns(search.open !== undefined)}
      {...(search.open !== undefined && { rowPx: NARROW_ROW_PX })}
      idOf={({ thread_id }) => thread_id}
      nameOf={({ last_message }) => messageText(last_message).slice(0, NAME_LENGTH_MAX)}
      hrefOf={({ thread_id }) => `/messages/${thread_id}`}
      onOpen={({ thread_id, last_message }) => onOpen(thread_id, last_message.id)}
      openId={search.open}
      phone={(thread) => <ThreadRow thread={thread} />}
      empty={
        <Empty
          title={
            search.agent_id
              ? "No conversations with this agent yet."
              : "No conversations yet. Agents write here about their tasks, and you can write to each of them."
          }
          icon={<MessagesSquare className="size-6" strokeWidth={1.5} />}
        >
          <Button look="primary" denied={denied} onClick={onWrite}>
            {search.agent_id ? "Write to this agent" : "Write to an agent"}
          </Button>
        </Empty>
      }
    />
  );
}

function Found({ search, onOpen, onAll }: ListProps & { onAll: () => void }) {
  return (
    <Table<Message>
      label="Messages"
      list={useFoundMessages(search)}
      columns={messageColumns(search.open !== undefined, search.awaiting !== undefined)}
      idOf={({ id }) => id}
      nameOf={(message) => messageText(message).slice(0, NAME_LENGTH_MAX)}
      hrefOf={({ thread_id, id }) => `/messages/${thread_id}?message=${id}`}
      onOpen={({ thread_id, id }) => onOpen(thread_id, id)}
      openId={search.message}
      phone={(message) => <MessageRow message={message} />}
      empty={
        <Empty title={search.q ? "No message has these words." : "No reply is awaited."}>
          <Button onClick={onAll}>Show all conversations</Button>
        </Empty>
      }
    />
  );
}
