/** An invitation that nobody has accepted yet. */
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
  const [isAsked, setAsked] = useState(false);
  const denied = useDenied("members:write");
  const revoke = useCommand({
    send: (client) => client.invitations.revoke({ id: workspace.id, invitation_id: id }),
    changes: ["invitations"],
    done: "The invitation is taken back",
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
      <Button denied={denied} onClick={() => setAsked(true)}>
        Take it back
      </Button>
      <Confirm
        title="Take the invitation back?"
        action="Take it back"
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        onConfirm={async () => (await revoke.run(undefined)) !== undefined}
      >
        Its link works no more. You can invite the address again.
      </Confirm>
    </section>
  );
}
