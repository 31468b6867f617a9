/** Hooks that later slices fill: what ends with a policy, and with a decision of a person about it. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { hook } from "../kernel/hook.ts";

/** Fields of a policy that a person changed. */
export interface PersonalChange {
  policy_id: string;
  fields: readonly string[];
  user_id: string;
  at: string;
}

export const riskHooks = {
  /** Called in the transaction of the change. The command stores the returned facts. */
  onPersonalChange: hook<[tx: Tx, change: PersonalChange], Promise<Fact[]>>("risk.onPersonalChange"),
  /** Called in the transaction of the deletion. The command stores the returned facts. */
  onDeleted: hook<[tx: Tx, policyId: string], Promise<Fact[]>>("risk.onDeleted"),
};
