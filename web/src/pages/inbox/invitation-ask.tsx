/** An open invitation. */
import type { Invitation } from "@bailiwick/sdk";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";

export function InvitationAsk({ invitation: { id, email, role, created_at, expires_at } }: { invitation: Invitation }) {
  const { workspace } = useSession();
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("members:write");
  const revoke = useCommand({
    send: (client) => client.invitations.revoke({ id: workspace.id, invitation_id: id }),
    changes: ["invitations"],
    done: "The invitation is revoked",
  });
  return (
    <section className="space-y-4 p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        <bdi>{email}</bdi> has not answered yet
      </h2>
      <Facts>
        <FactLine name="Invited as">{role}</FactLine>
        <FactLine name="Invited">
          <Time at={created_at} />
        </FactLine>
        <FactLine name="Ends">
          <Time at={expires_at} />
        </FactLine>
      </Facts>
      <Button denied={denied} onClick={() => setOpen(true)}>
        Revoke
      </Button>
      <Confirm
        title="Revoke the invitation?"
        action="Revoke"
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={async () => (await revoke.run(undefined)) !== undefined}
      >
        Its link stops working. You can invite the address again.
      </Confirm>
    </section>
  );
}
