/** The secret of the pushes to an agent: rotated after a question, and shown once. */
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { NewSecret } from "../../domain/outbox/new-secret.tsx";
import { Confirm } from "../../ui/dialog.tsx";

export function PushSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <NewSecret secret={secret} onClose={onClose}>
      The agent verifies with it that a task comes from this server.
    </NewSecret>
  );
}

export function RotatePushSecret({ id, onClose }: { id: string; onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const rotate = useCommand({ send: ({ agents }) => agents.rotatePushSecret({ id }), changes: ["agents"] });
  if (secret !== undefined) return <PushSecret secret={secret} onClose={onClose} />;
  return (
    <Confirm
      title="Rotate the push secret?"
      action="Rotate"
      isOpen
      onClose={onClose}
      onConfirm={async () => {
        const rotated = await rotate.run(undefined);
        if (rotated) setSecret(rotated.push_secret);
        return false;
      }}
    >
      The agent gets a new secret, which is shown once. For 24 hours its tasks are signed with the old secret too.
    </Confirm>
  );
}
