/** The decisions about a request. An approval can be undone for a few seconds, as a rollback or a revocation. */
import type { Client, GovernanceApproveInput, PolicyRequest } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import { useDenied, useSession } from "../../data/session.tsx";

const CHANGES = ["governance", "risk", "caps", "tasks"] as const;
const WAITS = "You approved it. Another person must approve it too.";
const UNDONE = "The approval was undone.";
/** The change of the approval is among the newest ones. */
const LOOKED_AT = 20;

export type Terms = Omit<GovernanceApproveInput, "id">;

export function useDecide({ id, title, evidence, approvals }: PolicyRequest) {
  const { client, user } = useSession();
  const hasApproved = approvals.some(({ user_id }) => user_id === user.id);
  const denied = useDenied("governance:write");
  const approve = useCommand({
    send: ({ governance }, terms: Terms) => governance.approve({ id, ...terms }),
    changes: CHANGES,
    about: id,
    // A limit that changed since the request wants a confirmation, which the form offers.
    isQuiet: true,
    done: ({ grant, request: { status } }) => {
      if (grant) return `Approved with a grant: ${title}`;
      return status === "pending" ? "Approved. Another person must approve too." : `Approved: ${title}`;
    },
    undo: ({ grant, policy }) => {
      if (grant) return () => client.governance.revokeGrant({ id: grant.id, reason: UNDONE });
      return policy && (() => rollBack(client, id));
    },
  });
  const deny = useCommand({
    send: ({ governance }, reason: string) => governance.deny({ id, ...(reason.trim() !== "" && { reason }) }),
    changes: CHANGES,
    about: id,
    done: `Denied: ${title}`,
  });
  return { approve, deny, denied, refused: denied ?? evidence.boundary ?? (hasApproved ? WAITS : undefined) };
}

async function rollBack({ governance }: Client, requestId: string): Promise<void> {
  const { items } = await governance.listAudit({ event_type: "change_applied", limit: LOOKED_AT });
  const change = items.find(({ details }) => details.request_id === requestId);
  if (!change) throw new Error("The change is not among the newest ones. Roll it back on its page.");
  await governance.rollback({ audit_id: change.id, reason: UNDONE });
}
