/** Decides who raised a rate. Pure. */
import { appliesTo } from "../caps/index.ts";
import type { Usage } from "../observability/index.ts";
import type { PolicyRow } from "./schema.ts";

/** Returns the agent whose event of a batch raised the rate last; undefined when none did. */
export function crosserOf(policy: PolicyRow, usage: readonly Usage[]): string | undefined {
  const raises = policy.policy_type === "error_rate_cap" ? "runs_failed" : "tokens";
  return usage.findLast((one) => appliesTo(policy, one.agent_id) && one[raises] > 0)?.agent_id;
}
