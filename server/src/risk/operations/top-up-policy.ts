import { lockCaps, replaceCap } from "../../caps/index.ts";
import { nanosFromUsd } from "../../kernel/money.ts";
import { changed, command } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { Fields, Id, Reason, Time, Usd } from "../../kernel/schema.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { policyToppedUp } from "../facts.ts";
import { Headroom, requireInsideBoundary } from "../schema.ts";
import { getPolicy } from "../store/policies.ts";
import { capToHeadroom } from "../to-wire.ts";

const DAYS_MAX_MS = 31 * 24 * 3_600_000;

export const topUpPolicy = command({
  name: "risk.top_up_policy",
  summary: "Add an amount to a daily cap until a time. The cap itself stays as it is.",
  description:
    "A new top-up takes the place of one that has not ended. Cap and top-up together stay inside the boundary of the tier. " +
    "Tasks that waited for room go on within seconds.",
  route: "POST /risk/policies/{id}/top-up",
  status: 201,
  permission: "risk:write",
  pastQuota: "passes",
  input: Fields({ id: Id, amount_usd: Usd, until: Time, reason: Reason }),
  output: Headroom,
  problems: ["not_found", "boundary_violation", "conflict"],
  async run({ tx, now }, { id, amount_usd, until, reason }) {
    const policy = await getPolicy(tx, id);
    const ends = Date.parse(until);
    if (Number.isNaN(ends)) throw invalid("/until", "is not a time.");
    if (ends <= now.getTime()) throw invalid("/until", "must be in the future.");
    if (ends > now.getTime() + DAYS_MAX_MS) throw invalid("/until", "must be within 31 days.");
    if (nanosFromUsd(amount_usd) === 0n) throw invalid("/amount_usd", "must be more than 0.");
    requireInsideBoundary(policy.threshold_value + amount_usd, await lockWorkspace(tx));
    const before = (await lockCaps(tx)).find((cap) => cap.id === id);
    if (!before) throw new Problem("conflict", "Only an enabled daily spend cap takes a top-up.");
    const at = new Date(ends).toISOString();
    const cap = {
      ...before,
      top_up_nanos: String(nanosFromUsd(amount_usd)),
      top_up_until: at,
      // The cap may be crossed again above the new limit.
      is_crossed: false,
      warned_percent: 0,
    };
    await replaceCap(tx, cap);
    const fact = policyToppedUp(id, { amount_usd, until: at, reason }, { agent_id: policy.agent_id });
    return changed(capToHeadroom(policy, cap, now), fact);
  },
});
