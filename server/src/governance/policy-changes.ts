/** Ends what a person's decision about a policy overrules: grants for the fields, and requests about a policy that is gone. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import type { PersonalChange } from "../risk/index.ts";
import { expiredFact } from "./ended.ts";
import { grantRevoked } from "./facts.ts";
import { revokeGrantsOf } from "./store/grants.ts";
import { expireRequestsOf } from "./store/requests.ts";

/** A later decision of a person outranks a grant. */
export async function endGrantsOf(tx: Tx, change: PersonalChange): Promise<Fact[]> {
  const { policy_id, user_id: revoked_by, at: revoked_at } = change;
  const reason = "A person changed the field in the limit.";
  return (await revokeGrantsOf(tx, change)).map(({ id: grant_id, agent_id }) =>
    grantRevoked(grant_id, { grant_id, policy_id, revoked_by, revoked_at, reason }, { agent_id }),
  );
}

/** Nobody can approve a request about a policy that is gone. */
export const endRequestsOf = async (tx: Tx, policyId: string): Promise<Fact[]> =>
  (await expireRequestsOf(tx, policyId)).map(expiredFact);
