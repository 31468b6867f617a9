/** Conversations, and what was said in them: all of them, those of an agent, by words, or what waits for an answer. */
import type { Message, Thread } from "@bailiwick/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { PenLine } from "lucide-react";
import { lazy, Suspense, useCallback } from "react";
import { useDenied } from "../../data/session.tsx";
import { AgentFilter } from "../../ui/agent-filter.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Filter, SearchBox } from "../../ui/toolbar.tsx";
import { Conversation } from "./conversation.tsx";
import { MessageRow, messageColumns, ThreadRow, threadColumns } from "./rows.tsx";
import type { MessagesSearch } from "./section.ts";
import { useFoundMessages, useThreads } from "./threads-data.ts";

const WriteMessage = lazy(() => import("./write-message.tsx").then(({ WriteMessage }) => ({ default: WriteMessage })));

export function MessagesPage() {
  const search = useSearch({ from: "/messages" });
  const navigate = useNavigate();
  const change = useCallback(
    (next: Partial<MessagesSearch>) => void navigate({ to: "/messages", search: (now) => ({ ...now, ...next }) }),
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
        onClose={() => change({ open: undefined })}
        detail={open && <OpenThread key={open} id={open} />}
      >
        {isSearch ? (
          <Found search={search} onOpen={(id) => change({ open: id })} />
        ) : (
          <Threads search={search} onOpen={(id) => change({ open: id })} />
        )}
      </Split>
      <Suspense>
        {search.write && (
          <WriteMessage
            toAgentId={search.to_agent_id}
            onClose={(threadId) =>
              change({ write: undefined, to_agent_id: undefined, ...(threadId && { open: threadId }) })
            }
          />
        )}
      </Suspense>
    </Page>
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

function OpenThread({ id }: { id: string }) {
  return (
    <>
      <h2 className="flex h-12 shrink-0 items-center border-b border-line px-4 font-semibold">Conversation</h2>
      <Conversation id={id} />
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
        name="Answers"
        value={search.awaiting}
        options={[{ value: "yes", label: "awaited" }]}
        onChange={(awaiting) => onChange({ awaiting })}
      />
    </>
  );
}

interface ListProps {
  search: MessagesSearch;
  onOpen: (threadId: string) => void;
}

function Threads({ search, onOpen }: ListProps) {
  return (
    <Table<Thread>
      label="Conversations"
      list={useThreads(search.agent_id)}
      columns={threadColumns(search.open !== undefined)}
      idOf={({ thread_id }) => thread_id}
      nameOf={({ last_message }) => last_message.content.slice(0, 200)}
      hrefOf={({ thread_id }) => `/messages/${thread_id}`}
      onOpen={({ thread_id }) => onOpen(thread_id)}
      openId={search.open}
      phone={(thread) => <ThreadRow thread={thread} />}
      empty={<Empty title={search.agent_id ? "Nobody has talked with this agent." : "Nobody has said anything yet."} />}
    />
  );
}

function Found({ search, onOpen }: ListProps) {
  return (
    <Table<Message>
      label="Messages"
      list={useFoundMessages(search)}
      columns={messageColumns(search.open !== undefined)}
      idOf={({ id }) => id}
      nameOf={({ content }) => content.slice(0, 200)}
      hrefOf={({ thread_id }) => `/messages/${thread_id}`}
      onOpen={({ thread_id }) => onOpen(thread_id)}
      phone={(message) => <MessageRow message={message} />}
      empty={<Empty title={search.q ? "No message has these words." : "No answer is awaited."} />}
    />
  );
}
