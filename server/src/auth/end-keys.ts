/** Keys that end with whoever made or held them. The command that calls this says `changesCredentials`. */
import type { Tx } from "../kernel/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { revokedFact, revokeKeysMadeBy } from "./store.ts";

/** When a person leaves a workspace, what they made opens nothing there any more. */
export async function endKeysMadeBy(tx: Tx, userId: string): Promise<Fact[]> {
  return (await revokeKeysMadeBy(tx, userId)).map(revokedFact);
}
