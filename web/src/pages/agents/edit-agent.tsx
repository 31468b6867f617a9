/** Changes the configuration of an agent. Only changed fields are sent, and they become one revision. */
import type { Agent } from "@bailiwick/sdk";
import { AGENTS_UPDATE_INPUT } from "@bailiwick/sdk/inputs";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { SchemaForm } from "../../domain/forms/schema-form.tsx";
import { Button } from "../../ui/button.tsx";
import { CONFIG_FIELDS, FIELD_HINTS, FIELD_LABELS, FIELD_WORDS } from "./form-words.ts";
import { PushSecret } from "./push-secret.tsx";

const FIELDS = [
  "name",
  "description",
  "avatar_emoji",
  "agent_type",
  "personality",
  "max_running_tasks",
  "default_estimated_cost_usd",
  "tags",
  "connection_url",
  "delivery",
];
const KEPT = "A JSON object, replaced as a whole. “set” keeps the current secret.";
const HINTS = { ...FIELD_HINTS, ...Object.fromEntries(CONFIG_FIELDS.map((name) => [name, KEPT])) };

export function EditAgent({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  // Changes are compared with the agent as it was when the form opened, even if it changes elsewhere.
  const [start, setStart] = useState(agent);
  const update = useCommand({
    send: ({ agents }, changes: Record<string, unknown>) => agents.update({ ...changes, id: agent.id }),
    changes: ["agents"],
    done: ({ revision }) => (revision === start.revision ? "Nothing changed" : `Saved as revision ${revision}`),
    isQuiet: true,
  });
  const [secret, setSecret] = useState<string>();
  if (secret !== undefined) return <PushSecret secret={secret} onClose={onClose} />;
  return (
    <div className="max-w-2xl space-y-4">
      {agent.revision !== start.revision && (
        <div role="status" className="flex items-center gap-3 rounded bg-blocked-soft px-3 py-2 text-sm text-blocked">
          <span className="grow">
            Revision {agent.revision} was created meanwhile. The fields that you change here overwrite it.
          </span>
          <Button size="small" onClick={() => setStart(agent)}>
            Start over
          </Button>
        </div>
      )}
      <SchemaForm
        key={start.revision}
        input={AGENTS_UPDATE_INPUT}
        fields={[...FIELDS, ...CONFIG_FIELDS]}
        more={["avatar_url", "is_featured"]}
        labels={FIELD_LABELS}
        hints={HINTS}
        words={FIELD_WORDS}
        initial={{ ...start }}
        action="Save"
        isBusy={update.isRunning}
        error={update.error}
        onCancel={onClose}
        onSubmit={async (changes) => {
          const saved = Object.keys(changes).length === 0 ? agent : await update.run(changes);
          if (!saved) return;
          if ("push_secret" in saved && typeof saved.push_secret === "string") setSecret(saved.push_secret);
          else onClose();
        }}
      />
    </div>
  );
}
