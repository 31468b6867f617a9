/** The keys of one agent. */
import type { Agent, Key } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { KeyMenu, type KeyStep, useKeyDialogs } from "../../domain/keys/key-actions.tsx";
import { KeyLines, KeyMaker, KeyStateChip } from "../../domain/keys/key-parts.tsx";
import { useRoom } from "../../domain/room.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ShortTable } from "../../ui/short-table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";

const PAGE_SIZE = 25;

export function AgentKeys({ agent: { id, status }, isPage }: { agent: Agent; isPage: boolean }) {
  const [isCreating, setCreating] = useState(false);
  const list = useList({
    key: ["keys", "list", { agent_id: id, pageSize: PAGE_SIZE }],
    page: (client, at, call) => client.keys.list({ ...at, agent_id: id }, call),
    idOf: (key) => key.id,
    pageSize: PAGE_SIZE,
  });
  const { open, dialogs } = useKeyDialogs({ isOpen: isCreating, agentId: id, onClose: () => setCreating(false) });
  const archived = status === "archived" ? "The agent is archived, so its keys have ended." : undefined;
  const full = useRoom("keys")?.full;
  const denied = useDenied("keys:write") ?? archived ?? full;
  return (
    <>
      <Section
        title="Keys"
        about={
          <Button size="small" denied={denied} onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-3.5" />
            New key
          </Button>
        }
      >
        <ShortTable
          label="Keys"
          list={list}
          columns={columnsOf(open)}
          idOf={(key) => key.id}
          lines={(key) => (
            <div className="flex items-center gap-2">
              <KeyLines of={key} hasReach={false} />
              <KeyMenu of={key} onChoose={open} />
            </div>
          )}
          isNarrow={!isPage}
          empty="No keys yet. The agent needs a key to take work."
        />
        <p className="mt-3 text-sm">
          <Link to="/keys" search={{ agent_id: id }} className="font-medium text-accent-ink hover:underline">
            Open in the list of keys
          </Link>
        </p>
      </Section>
      {dialogs}
    </>
  );
}

function columnsOf(open: (step: KeyStep, key: Key) => void): readonly Column<Key>[] {
  const when = (id: string, header: string, at: (key: Key) => string | null): Column<Key> => ({
    id,
    header,
    width: "96px",
    isRight: true,
    cell: (key) => (
      <span className="text-sm text-ink-2">
        <Time at={at(key)} empty="never" />
      </span>
    ),
  });
  return [
    {
      id: "name",
      header: "Name",
      width: "minmax(160px,1fr)",
      cell: ({ name }) => <AgentLine text={name} className="block truncate font-medium" />,
    },
    {
      id: "prefix",
      header: "Begins with",
      width: "minmax(120px,0.6fr)",
      cell: ({ prefix }) => <span className="font-mono text-xs text-ink-2">{prefix}…</span>,
    },
    { id: "state", header: "State", width: "minmax(112px,0.6fr)", cell: (key) => <KeyStateChip of={key} /> },
    { id: "maker", header: "Created by", width: "minmax(96px,0.5fr)", cell: (key) => <KeyMaker of={key} /> },
    when("created", "Created", ({ created_at }) => created_at),
    when("used", "Last used", ({ last_used_at }) => last_used_at),
    when("expires", "Expires", ({ expires_at }) => expires_at),
    {
      id: "menu",
      header: "Actions",
      isHeaderHidden: true,
      width: "32px",
      cell: (key) => <KeyMenu of={key} onChoose={open} />,
    },
  ];
}
