/** The keys of one agent. */
import type { Agent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { KeyMenu, useKeyDialogs } from "../../domain/keys/key-actions.tsx";
import { KeyLines } from "../../domain/keys/key-parts.tsx";
import { useRoom } from "../../domain/room.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ShortList } from "../../ui/short-list.tsx";

const PAGE_SIZE = 25;

export function AgentKeys({ agent: { id, status } }: { agent: Agent }) {
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
        <ShortList
          label="Keys"
          list={list}
          idOf={(key) => key.id}
          empty="No keys yet. The agent needs a key to take work."
        >
          {(key) => (
            <div className="flex items-center gap-2">
              <KeyLines of={key} hasReach={false} />
              <KeyMenu of={key} onChoose={open} />
            </div>
          )}
        </ShortList>
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
