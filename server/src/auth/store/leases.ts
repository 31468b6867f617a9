/** Reads whether a lease still holds, for the key that was made for it. */
import type { Lease } from "../../kernel/actor.ts";
import type { AnyTx } from "./people.ts";

/** Returns the agent that holds the lease; undefined when the lease is over or the agent gets no pushes now. */
export async function findLeaseHolder(
  tx: AnyTx,
  { workspace, task_id, fence }: Lease & { workspace: string },
): Promise<string | undefined> {
  const text = "select find_lease_holder($1, $2, $3) as agent_id";
  const [row] = await tx.statement<{ agent_id: string | null }>("auth.find-lease-holder", text, [
    workspace,
    task_id,
    fence,
  ]);
  return row?.agent_id ?? undefined;
}
