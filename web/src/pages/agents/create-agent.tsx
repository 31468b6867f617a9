/** Creates an agent. Only the name is required. */
import { AGENTS_CREATE_INPUT } from "@bailiwick/sdk/inputs";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { SchemaForm } from "../../domain/forms/schema-form.tsx";
import { NoRoom, type Room } from "../../domain/room.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CONFIG_FIELDS, CONFIG_HINT, FIELD_HINTS, FIELD_LABELS, FIELD_WORDS } from "./form-words.ts";
import { PushSecret } from "./push-secret.tsx";

const FIELDS = ["name", "avatar_emoji", "description", "agent_type", "max_running_tasks"];
const MORE = [
  "personality",
  "tags",
  "connection_url",
  "delivery",
  ...CONFIG_FIELDS,
  "is_default",
  "is_featured",
  "avatar_url",
];
const HINTS = { ...FIELD_HINTS, ...Object.fromEntries(CONFIG_FIELDS.map((name) => [name, CONFIG_HINT])) };

export function CreateAgent({ room, onClose }: { room: Room | undefined; onClose: () => void }) {
  const navigate = useNavigate();
  const forbidden = useDenied("agents:write");
  const create = useCommand({
    // The form holds only fields of the operation, and the server checks their values.
    send: ({ agents }, values: Record<string, unknown>) => agents.create(values as unknown as { name: string }),
    changes: ["agents", "tiers"],
    done: ({ name }) => `${name.slice(0, 60)} created`,
    isQuiet: true,
  });
  // The agent needs a key next.
  const openKeys = (id: string) => void navigate({ to: "/agents", search: { open: id, tab: "keys" } });
  const [made, setMade] = useState<{ id: string; secret: string }>();
  if (made) return <PushSecret secret={made.secret} onClose={() => openKeys(made.id)} />;
  return (
    <Dialog title="New agent" isOpen onClose={onClose}>
      <NoRoom why={forbidden ?? room?.full} />
      <p className="mb-4 text-sm text-ink-2">
        For Claude Code, Codex or a program of yours,{" "}
        <Link to="/welcome" className="text-accent-ink underline">
          connect an agent
        </Link>{" "}
        makes the agent, its key and the text to paste.
      </p>
      <SchemaForm
        input={AGENTS_CREATE_INPUT}
        fields={FIELDS}
        more={MORE}
        labels={FIELD_LABELS}
        hints={HINTS}
        words={FIELD_WORDS}
        moreAbout="personality, tags, model, secrets"
        isPaired
        initial={{ agent_type: "direct" }}
        action="Create agent"
        denied={forbidden ?? room?.full}
        isBusy={create.isRunning}
        error={create.error}
        onCancel={onClose}
        onSubmit={async (values) => {
          const agent = await create.run(values);
          if (agent?.push_secret !== undefined) setMade({ id: agent.id, secret: agent.push_secret });
          else if (agent) openKeys(agent.id);
        }}
      />
    </Dialog>
  );
}
