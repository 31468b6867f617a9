/** A standing rule in force, and a draft of one. */
import type { ActionRule, RuleSuggestion } from "@bailiwick/sdk";
import { CircleCheck, CircleX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { ConnectionName } from "../../domain/actions/action-parts.tsx";
import { typeText, valueText } from "../../domain/actions/action-words.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Chip } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { LimitBar } from "../../ui/limit-bar.tsx";
import { Time } from "../../ui/time.tsx";

const LOOKS = {
  approve: { tone: "completed", icon: CircleCheck, word: "Approves" },
  reject: { tone: "failed", icon: CircleX, word: "Rejects" },
} as const;

type Ruled = Pick<
  ActionRule,
  "action_type" | "service_type" | "agent_id" | "connection_id" | "payload_schema" | "decision"
>;

/** Its name, its agents, and what the payload must be. */
function Rule({ of: rule, children, verb }: { of: Ruled; children: ReactNode; verb: ReactNode }) {
  const { action_type, agent_id, payload_schema, decision, connection_id, service_type } = rule;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <div className="min-w-0 grow basis-72 space-y-0.5">
        <p className="flex min-w-0 items-center gap-2">
          <Chip {...LOOKS[decision]} isPlain />
          <AgentLine text={typeText(action_type)} className="truncate font-medium" />
        </p>
        <p className="flex min-w-0 flex-wrap items-center gap-x-1 text-sm text-ink-2">
          {agent_id === null ? "of all agents" : <AgentName id={agent_id} />} through{" "}
          {connection_id === null ? `any connection · ${service_type}` : <ConnectionName of={rule} />}
        </p>
        <p className="text-sm text-ink-2 [overflow-wrap:anywhere]">
          <AgentLine text={conditionText(payload_schema)} />
        </p>
      </div>
      <div className="min-w-0 basis-64 text-sm text-ink-2 max-sm:basis-full">{children}</div>
      {verb}
    </li>
  );
}

const CONDITION_LENGTH_MAX = 300;

/** `method is "POST", path is "/orders"`; another schema as it is. */
function conditionText(schema: Ruled["payload_schema"]): string {
  if (schema === null) return "With any payload";
  const { properties, ...rest } = schema;
  const fields = Object.entries((properties ?? {}) as Record<string, { const?: unknown }>);
  const known = ["type", "required", "additionalProperties"];
  const isPlain =
    fields.length > 0 &&
    Object.keys(rest).every((name) => known.includes(name)) &&
    fields.every(([, field]) => Object.keys(field).every((name) => name === "const"));
  if (!isPlain) return `With a payload of the schema ${valueText(schema, CONDITION_LENGTH_MAX)}`;
  const fixed = fields.filter(([, field]) => "const" in field);
  const open = fields.filter(([, field]) => !("const" in field)).map(([name]) => name);
  const parts = fixed.map(([name, field]) => `${name} is ${valueText(field.const)}`);
  return `With ${[...parts, ...(open.length > 0 ? [`any ${open.join(", ")}`] : [])].join(", ")}`;
}

export function RuleLine({ of: rule }: { of: ActionRule }) {
  const { id, max_per_day, used_today, uses, expires_at } = rule;
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("actions:decide");
  const remove = useCommand({
    send: ({ actions }) => actions.deleteRule({ id }),
    changes: ["actions"],
    done: "Rule deleted",
  });
  return (
    <Rule
      of={rule}
      verb={
        <Button size="small" denied={denied} onClick={() => setOpen(true)}>
          Delete…
        </Button>
      }
    >
      {max_per_day === null ? (
        <p>{counted(used_today, "use")} today</p>
      ) : (
        <LimitBar use={{ used: used_today, reserved: 0, cap: max_per_day }} label="Uses of today">
          {used_today} of {max_per_day} today
        </LimitBar>
      )}
      <p className="text-ink-3">
        {counted(uses, "use")} in all · ends <Time at={expires_at} />
      </p>
      <Confirm
        title="Delete this rule?"
        action="Delete"
        isDangerous
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={async () => (await remove.run(undefined)) !== undefined}
      >
        People decide again about what it decided. What it approved is still sent.
      </Confirm>
    </Rule>
  );
}

export function SuggestionLine({ of: suggestion, onDraft }: { of: RuleSuggestion; onDraft: () => void }) {
  const denied = useDenied("actions:decide");
  return (
    <Rule
      of={suggestion}
      verb={
        <Button size="small" denied={denied} onClick={onDraft}>
          Make a rule…
        </Button>
      }
    >
      <p>People approved it {counted(suggestion.approvals, "time")} in the last 30 days.</p>
    </Rule>
  );
}
