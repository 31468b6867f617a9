/** Creates a key for an agent, or for a service with the permissions of its scopes. */
import type { KeysCreateInput, KeysCreateOutput } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";
import { AgentPicker } from "../agents/agent-picker.tsx";
import { NoRoom, useRoom } from "../room.tsx";
import { ExpiryField, expiryTime, isExpiryMissing, KindChoice, ScopeChoice, useExpiry } from "./key-fields.tsx";

interface CreateProps {
  agentId: string | undefined;
  onClose: () => void;
  onCreated: (created: KeysCreateOutput) => void;
}

const NAME_LENGTH_MAX = 100;

export function CreateKey({ agentId, onClose, onCreated }: CreateProps) {
  const form = useKeyForm(agentId, onCreated);
  const { kind, setKind, name, setName, agent, setAgent, scopes, setScopes, expiry, setExpiry } = form;
  return (
    <Dialog title={agentId ? "New key of this agent" : "New key"} isOpen onClose={onClose}>
      <NoRoom why={form.refused} />
      <form className="space-y-4" noValidate onSubmit={form.submit}>
        {!agentId && <KindChoice value={kind} onChange={setKind} />}
        <TextInput
          label="Name"
          isRequired
          isAutoFocused
          hint="Where the key is used, so that you know what stops when you revoke it."
          value={name}
          onChange={setName}
          maxLength={NAME_LENGTH_MAX}
        />
        {!agentId && kind === "agent" && (
          <AgentPicker label="Agent" isRequired value={agent} onChange={setAgent} hint="The agent that uses the key." />
        )}
        {kind === "service" && <ScopeChoice value={scopes} onChange={setScopes} />}
        <ExpiryField empty="Never" value={expiry} onChange={setExpiry} error={undefined} />
        <CommandFault error={form.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={form.isRunning} denied={form.refused ?? form.missing}>
            Create key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useKeyForm(agentId: string | undefined, onCreated: CreateProps["onCreated"]) {
  const [kind, setKind] = useState<"agent" | "service">("agent");
  const [name, setName] = useState("");
  const [agent, setAgent] = useState(agentId);
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [expiry, setExpiry] = useExpiry();
  const forbidden = useDenied("keys:write");
  const full = useRoom("keys")?.full;
  const { run, isRunning, error } = useCommand({
    send: ({ keys }, input: KeysCreateInput) => keys.create(input),
    changes: ["keys", "tiers"],
    isQuiet: true,
  });
  const isUnassigned = kind === "agent" ? agent === undefined : scopes.length === 0;
  const missing = missingText({ name, kind, isUnassigned, isEndMissing: isExpiryMissing(expiry) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (forbidden ?? full ?? missing) return;
    // The scopes come from the list of the server.
    const reach = kind === "agent" ? { agent_id: agent } : { scopes: [...scopes] as KeysCreateInput["scopes"] };
    const created = await run({ kind, name, ...reach, expires_at: expiryTime(expiry, Date.now()) });
    if (created) onCreated(created);
  };
  const fields = { kind, setKind, name, setName, agent, setAgent, scopes, setScopes, expiry, setExpiry };
  return { ...fields, submit, isRunning, error, missing, refused: forbidden ?? full };
}

interface Missing {
  name: string;
  kind: "agent" | "service";
  isUnassigned: boolean;
  isEndMissing: boolean;
}

function missingText({ name, kind, isUnassigned, isEndMissing }: Missing): string | undefined {
  if (name.trim() === "") return "Enter a name first.";
  if (isUnassigned) return kind === "agent" ? "Choose an agent first." : "Choose its scopes first.";
  return isEndMissing ? "Choose when it ends." : undefined;
}
