/** Creates or changes a channel. */
import type { Channel, ChannelsCreateOutput } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, Select, TextInput } from "../../ui/field.tsx";
import { KIND_WORDS, PURPOSE_WORDS } from "./channel-words.ts";

const NAME_LENGTH_MAX = 100;
const TARGET_LENGTH_MAX = 2_000;

type Kind = Channel["kind"];
// The keys are the kinds and the purposes.
const KINDS = Object.entries(KIND_WORDS).map(([value, label]) => ({ value: value as Kind, label }));
const PURPOSES = Object.keys(PURPOSE_WORDS) as Channel["for"];
const TARGETS: Record<Kind, { label: string; placeholder: string }> = {
  email: { label: "Email address", placeholder: "ada@example.org" },
  slack: { label: "Address of the Slack webhook", placeholder: "https://hooks.slack.com/services/…" },
  webhook: { label: "Address", placeholder: "https://example.org/notices" },
};

interface FormProps {
  /** Without a channel, the form makes a new one. */
  of?: Channel;
  onClose: () => void;
  onCreated?: (created: ChannelsCreateOutput) => void;
}

export function ChannelForm({ of: channel, onClose, onCreated }: FormProps) {
  const [kind, setKind] = useState<Kind>(channel?.kind ?? "email");
  const [name, setName] = useState(channel?.name ?? "");
  const [target, setTarget] = useState("");
  const [purposes, setPurposes] = useState<Channel["for"]>(channel?.for ?? ["alerts"]);
  const mayWrite = useDenied("webhooks:write");
  const options = { changes: ["channels"], isQuiet: true };
  const create = useCommand({
    ...options,
    send: ({ channels }) => channels.create({ kind, name, target: target.trim(), for: purposes }),
    done: "Channel created",
  });
  const update = useCommand({
    ...options,
    send: ({ channels }, { id }: Channel) =>
      channels.update({ id, name, for: purposes, ...(target.trim() !== "" && { target: target.trim() }) }),
    done: "Channel changed",
  });
  const missing = missingText({ name, target: channel ? "kept" : target, purposes });
  const denied = mayWrite ?? missing;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied) return;
    if (channel) {
      if (await update.run(channel)) onClose();
      return;
    }
    const created = await create.run(undefined);
    if (created) onCreated?.(created);
  };
  return (
    <Dialog title={channel ? "Change this channel" : "New channel"} isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={submit}>
        {!channel && (
          <Select label="Kind" value={kind} options={KINDS} onChange={(value) => value !== "" && setKind(value)} />
        )}
        <TextInput label="Name" isRequired isAutoFocused value={name} onChange={setName} maxLength={NAME_LENGTH_MAX} />
        <TextInput
          {...TARGETS[kind]}
          isRequired={!channel}
          value={target}
          onChange={setTarget}
          maxLength={TARGET_LENGTH_MAX}
          hint={channel ? `Leave it empty to keep ${channel.target}.` : "It is never shown again."}
        />
        <PurposeChoice value={purposes} onChange={setPurposes} />
        <CommandFault error={create.error ?? update.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={create.isRunning || update.isRunning} denied={denied}>
            {channel ? "Save" : "Create channel"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface PurposeProps {
  value: Channel["for"];
  onChange: (purposes: Channel["for"]) => void;
}

function PurposeChoice({ value, onChange }: PurposeProps) {
  return (
    <fieldset className="space-y-1">
      <legend className="mb-1 text-sm font-medium">Sends notices about</legend>
      {PURPOSES.map((purpose) => (
        <Check
          key={purpose}
          {...PURPOSE_WORDS[purpose]}
          isChecked={value.includes(purpose)}
          onChange={(isChecked) =>
            onChange(PURPOSES.filter((one) => (one === purpose ? isChecked : value.includes(one))))
          }
        />
      ))}
    </fieldset>
  );
}

function missingText({ name, target, purposes }: { name: string; target: string; purposes: Channel["for"] }) {
  if (name.trim() === "") return "Enter a name first.";
  if (target.trim() === "") return "Enter the address first.";
  return purposes.length === 0 ? "Choose what it is for first." : undefined;
}
