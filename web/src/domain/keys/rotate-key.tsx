/** Gives a key a new secret; the current secret can stay valid for a while. */
import type { Key, KeysRotateOutput } from "@bailiwick/sdk";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select } from "../../ui/field.tsx";
import { ExpiryField, expiryTime, isExpiryMissing, useExpiry } from "./key-fields.tsx";

const OVERLAPS = [
  { value: "0", label: "None: it ends at once" },
  { value: "900", label: "15 minutes" },
  { value: "3600", label: "An hour" },
  { value: "86400", label: "A day" },
  { value: "604800", label: "A week" },
] as const;

interface RotateProps {
  of: Key;
  onClose: () => void;
  onRotated: (created: KeysRotateOutput) => void;
}

export function RotateKey({ of: { id, name, previous_expires_at }, onClose, onRotated }: RotateProps) {
  const [overlap, setOverlap] = useState<string>("3600");
  const [expiry, setExpiry] = useExpiry();
  const { run, isRunning, error } = useCommand({
    send: ({ keys }, input: { id: string; overlap_seconds: number; expires_at: string | undefined }) =>
      keys.rotate(input),
    changes: ["keys"],
    isQuiet: true,
  });
  const rotate = async () => {
    const expires_at = expiryTime(expiry, Date.now());
    const rotated = await run({ id, overlap_seconds: Number(overlap), expires_at });
    if (rotated) onRotated(rotated);
  };
  return (
    <Dialog title="Rotate this key" width="small" isOpen onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void rotate();
        }}
      >
        <p className="text-ink-2">
          <AgentLine text={name} className="font-medium break-words text-ink" /> stays the same key, with a new secret
          that is shown once.
          {previous_expires_at && " The older of its two secrets ends at once."}
        </p>
        <Select
          label="The current secret stays valid for"
          value={overlap}
          options={OVERLAPS}
          onChange={setOverlap}
          hint="Replace the secret during this time, so that no request is refused."
        />
        <ExpiryField empty="As before" value={expiry} onChange={setExpiry} error={undefined} />
        <CommandFault error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            isBusy={isRunning}
            denied={isExpiryMissing(expiry) ? "Choose when it ends." : undefined}
          >
            Rotate
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
