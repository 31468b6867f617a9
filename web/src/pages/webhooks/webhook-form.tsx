/** Creates or changes a webhook. */
import type { Webhook, WebhooksCreateOutput } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";

const URL_LENGTH_MAX = 2_000;
const DESCRIPTION_LENGTH_MAX = 500;
const TYPES_LENGTH_MAX = 2_000;

interface FormProps {
  /** Without a webhook, the form makes a new one. */
  of?: Webhook;
  onClose: () => void;
  onCreated?: (created: WebhooksCreateOutput) => void;
}

export function WebhookForm({ of: webhook, onClose, onCreated }: FormProps) {
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [types, setTypes] = useState(webhook?.fact_types.join(", ") ?? "task.*");
  const [description, setDescription] = useState(webhook?.description ?? "");
  const denied = useDenied("webhooks:write");
  const options = { changes: ["webhooks"], isQuiet: true };
  const create = useCommand({
    ...options,
    send: ({ webhooks }, input: Fields) => webhooks.create(input),
  });
  const update = useCommand({
    ...options,
    send: ({ webhooks }, input: Fields & { id: string }) => webhooks.update(input),
    done: "Webhook changed",
  });
  const fact_types = types.split(/[\s,]+/).filter((type) => type !== "");
  const missing =
    url.trim() === "" ? "Enter an address first." : fact_types.length === 0 ? "Name the facts first." : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied ?? missing) return;
    const fields = { url: url.trim(), fact_types: [...new Set(fact_types)], description };
    if (webhook) {
      if (await update.run({ ...fields, id: webhook.id })) onClose();
      return;
    }
    const created = await create.run(fields);
    if (created) onCreated?.(created);
  };
  return (
    <Dialog title={webhook ? "Change this webhook" : "New webhook"} isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={submit}>
        <Inputs {...{ url, setUrl, types, setTypes, description, setDescription }} />
        <CommandFault error={create.error ?? update.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={create.isRunning || update.isRunning} denied={denied ?? missing}>
            {webhook ? "Save" : "Create webhook"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface InputsProps {
  url: string;
  setUrl: (url: string) => void;
  types: string;
  setTypes: (types: string) => void;
  description: string;
  setDescription: (description: string) => void;
}

function Inputs({ url, setUrl, types, setTypes, description, setDescription }: InputsProps) {
  return (
    <>
      <TextInput
        label="Address"
        isRequired
        isAutoFocused
        isMono
        placeholder="https://example.org/bailiwick"
        hint="Each fact is sent there, signed. Addresses of private networks are refused."
        value={url}
        onChange={setUrl}
        maxLength={URL_LENGTH_MAX}
      />
      <TextInput
        label="Facts"
        isRequired
        isMono
        hint="Types or areas, separated by commas: task.*, agent.paused. A star alone is everything."
        value={types}
        onChange={setTypes}
        maxLength={TYPES_LENGTH_MAX}
      />
      <TextInput label="Description" value={description} onChange={setDescription} maxLength={DESCRIPTION_LENGTH_MAX} />
    </>
  );
}

interface Fields {
  url: string;
  fact_types: string[];
  description: string;
}
