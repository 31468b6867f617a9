/** Makes a standing rule, from a draft or from nothing. */
import type { RuleDecision, RuleSuggestion } from "@bailiwick/sdk";
import { type FormEvent, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { typeText } from "../../domain/actions/action-words.ts";
import { useActionTypes } from "../../domain/actions/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select, TextArea, TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";

const AgentPicker = lazyPart(() => import("../../domain/agents/agent-picker.tsx"), "AgentPicker");
const DAYS_PRESET = 30;
const PER_DAY_PRESET = 10;
const DAY_MS = 86_400_000;

interface FormProps {
  draft?: RuleSuggestion;
  onClose: () => void;
}

const DECISIONS = [
  { value: "approve", label: "Approve" },
  { value: "reject", label: "Reject" },
] as const;

/** One text names the type and its service. */
const keyOf = ({ action_type, service_type }: { action_type: string; service_type: string }) =>
  `${service_type} ${action_type}`;

export function RuleForm({ draft, onClose }: FormProps) {
  const { fields, set, types, submit, denied, error, isRunning } = useRuleForm(draft, onClose);
  return (
    <Dialog title="New standing rule" isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={submit}>
        <Scope draft={draft} fields={fields} set={set} types={types} />
        <TextArea
          label="The payload must match"
          hint="A JSON schema. Leave it empty for any payload."
          isMono
          rows={5}
          value={fields.schema}
          onChange={(schema) => set({ schema })}
        />
        <CommandFault error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={isRunning} denied={denied}>
            Make the rule
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ScopeProps extends Pick<ReturnType<typeof useRuleForm>, "fields" | "set" | "types"> {
  draft: RuleSuggestion | undefined;
}

/** Which actions the rule decides, how, and how long. */
function Scope({ draft, fields, set, types }: ScopeProps) {
  const chosen = types.filter((type) => keyOf(type) === fields.type);
  const connections = chosen.flatMap((type) => type.connections);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Select
        label="Action"
        isRequired
        value={fields.type}
        empty="Choose…"
        options={[...new Set([...types.map(keyOf), ...(draft ? [keyOf(draft)] : [])])].map(optionOf)}
        onChange={(type) => set({ type, connection_id: "" })}
      />
      <Select
        label="Decision"
        value={fields.decision}
        options={DECISIONS}
        onChange={(decision) => decision !== "" && set({ decision })}
      />
      <Suspense fallback={<div className="h-19" />}>
        <AgentPicker
          label="Agent"
          value={fields.agent_id}
          onChange={(agent_id) => set({ agent_id })}
          hint="Leave it empty for all agents."
        />
      </Suspense>
      <Select
        label="Connection"
        value={fields.connection_id}
        empty="Any"
        options={connections.map(({ id, name }) => ({ value: id, label: name.slice(0, 80) }))}
        onChange={(connection_id) => set({ connection_id })}
      />
      <Numbers fields={fields} set={set} />
    </div>
  );
}

function Numbers({ fields, set }: Pick<ScopeProps, "fields" | "set">) {
  return (
    <>
      {fields.decision === "approve" && (
        <TextInput
          type="number"
          label="Uses a day"
          isRequired
          hint="After them, people decide again until the next day (UTC)."
          value={fields.perDay}
          onChange={(perDay) => set({ perDay })}
        />
      )}
      <TextInput
        type="number"
        label="Days"
        isRequired
        hint="It ends after them. At most 90."
        value={fields.days}
        onChange={(days) => set({ days })}
      />
    </>
  );
}

function optionOf(value: string) {
  const [service = "", type = ""] = value.split(" ");
  return { value, label: `${typeText(type)} · ${service}` };
}

function fieldsOf(draft: RuleSuggestion | undefined) {
  return {
    type: draft ? keyOf(draft) : "",
    decision: (draft?.decision ?? "approve") as RuleDecision,
    agent_id: draft?.agent_id,
    connection_id: draft?.connection_id ?? "",
    perDay: `${draft?.max_per_day ?? PER_DAY_PRESET}`,
    days: `${DAYS_PRESET}`,
    schema: draft ? JSON.stringify(draft.payload_schema, null, 2) : "",
  };
}

function useRuleForm(draft: RuleSuggestion | undefined, onClose: () => void) {
  const [fields, setFields] = useState(() => fieldsOf(draft));
  const set = (change: Partial<typeof fields>) => setFields((now) => ({ ...now, ...change }));
  const types = useActionTypes().data?.items ?? [];
  const mayDecide = useDenied("actions:decide");
  const schema = schemaOf(fields.schema);
  const missing =
    fields.type === ""
      ? "Choose an action first."
      : !(Number(fields.days) > 0) || (fields.decision === "approve" && !(Number(fields.perDay) > 0))
        ? "Enter a number first."
        : schema === undefined
          ? "The schema is not JSON."
          : undefined;
  const create = useCommand({
    send: ({ actions }) => {
      const [service_type = "", action_type = ""] = fields.type.split(" ");
      const { decision, agent_id, connection_id, perDay, days } = fields;
      return actions.createRule({
        action_type,
        service_type,
        decision,
        ...(agent_id && { agent_id }),
        ...(connection_id !== "" && { connection_id }),
        ...(schema && { payload_schema: schema }),
        ...(decision === "approve" && { max_per_day: Number(perDay) }),
        expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
      });
    },
    changes: ["actions"],
    isQuiet: true,
    done: "Rule made",
  });
  const denied = mayDecide ?? missing;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied === undefined && (await create.run(undefined))) onClose();
  };
  return { fields, set, types, submit, denied, error: create.error, isRunning: create.isRunning };
}

/** Null for an empty text, undefined for one that is no JSON object. */
function schemaOf(text: string): Record<string, unknown> | null | undefined {
  if (text.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
