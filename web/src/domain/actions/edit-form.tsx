/** Changes the payload of an action and approves it. Both versions are kept. */
import type { ActionsApproveInput, AgentAction } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import type { Command } from "../../data/command.ts";
import { Button } from "../../ui/button.tsx";
import { changesBetween, Diff } from "../../ui/diff.tsx";
import { Select, TextArea } from "../../ui/field.tsx";
import { hasHiddenCharacter, visibleText } from "../../ui/visible-text.ts";
import { DecideFault } from "./decide-fault.tsx";
import { faultsOf, fieldsOf, type PayloadField, readPayload, typedPayload } from "./payload-fields.ts";
import { sentText } from "./sending-words.ts";
import { useActionType } from "./use-action.ts";

interface EditProps {
  of: AgentAction;
  approve: Pick<Command<Omit<ActionsApproveInput, "id" | "payload_hash">, AgentAction>, "run" | "isRunning" | "error">;
  /** Why it cannot be approved. */
  refused: string | undefined;
  onClose: () => void;
}

export function EditForm({ of: action, approve, refused, onClose }: EditProps) {
  const type = useActionType(action);
  // The person edits what was on the screen, also when the type changes meanwhile.
  const [before] = useState(action.payload);
  const fields = fieldsOf(type?.payload_schema, before);
  const [typed, setTyped] = useState(() => typedPayload(fields, before));
  const [found, setFound] = useState<Record<string, string>>({});
  const { payload } = readPayload(fields, typed, before);
  const isChanged = changesBetween(before, payload).length > 0;
  const faults = { ...faultsOf(approve.error?.errors ?? []), ...found };
  const send = async (more: { confirm?: boolean }) => {
    const read = readPayload(fields, typed, before);
    setFound(read.faults);
    if (Object.keys(read.faults).length > 0) return;
    if (await approve.run({ payload: read.payload, ...more })) onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (refused === undefined && !approve.isRunning) void send({});
  };
  return (
    <form className="space-y-3" noValidate onSubmit={submit}>
      {fields.map((field) => (
        <PayloadInput
          key={field.name}
          field={field}
          value={typed[field.name] ?? ""}
          error={faults[field.name]}
          onChange={(value) => setTyped((now) => ({ ...now, [field.name]: value }))}
        />
      ))}
      {isChanged && <Diff before={before} after={payload} />}
      <DecideFault error={approve.error} isBusy={approve.isRunning} onConfirm={() => void send({ confirm: true })} />
      <p className="text-sm text-ink-2">{sentText(action, type)}</p>
      <div className="flex justify-end gap-2 max-sm:[&>*]:h-11 max-sm:[&>*]:grow">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={approve.isRunning} denied={refused}>
          {isChanged ? "Approve the changed action" : "Approve"}
        </Button>
      </div>
    </form>
  );
}

interface InputProps {
  field: PayloadField;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

const ROWS_MAX = 8;

function PayloadInput({ field: { name, kind, choices, isRequired, hint }, value, error, onChange }: InputProps) {
  // The field of the browser shows no such character, and a direction mark turns the text around it.
  const hidden = hasHiddenCharacter(value) ? `With its hidden characters: ${visibleText(value)}` : undefined;
  const about = kind === "json" ? [hint, "JSON."].filter(Boolean).join(" ") : hint;
  const common = { label: name, isRequired, error, onChange };
  if (kind === "choice" && (value === "" || choices.includes(value)))
    return (
      <Select
        {...common}
        hint={hint}
        value={value}
        options={choices.map((one) => ({ value: one, label: one }))}
        {...(!isRequired && { empty: "None" })}
      />
    );
  return (
    <TextArea
      {...common}
      hint={hidden ?? about}
      value={value}
      rows={Math.min(ROWS_MAX, value.split("\n").length)}
      isMono
    />
  );
}
