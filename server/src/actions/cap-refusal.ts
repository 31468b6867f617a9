/** The refusal of an approval whose amount does not fit under a cap. Pure. */
import { type Cap, limitOf, resetsAt, today } from "../caps/index.ts";
import { usdFromNanos, usdText } from "../kernel/money.ts";
import { Problem } from "../kernel/problem.ts";

export function capRefused(before: Cap, nanos: bigint, at: Date, publicUrl: string): Problem {
  const cap = today(before, at);
  const limit = limitOf(cap, at);
  const reserved = BigInt(cap.reserved_nanos);
  const usd = (amount: bigint) => usdFromNanos(amount);
  const left = limit - BigInt(cap.used_nanos) - reserved;
  const whose = cap.agent_id === null ? "workspace" : "agent";
  const reason = `The action needs ${usdText(usd(nanos))}, and the daily cap of the ${whose} has ${usdText(Math.max(0, usd(left)))} left.`;
  return new Problem("blocked", reason, {
    blocked: true,
    reason,
    policy_id: cap.id,
    cap: usd(limit),
    used: usd(BigInt(cap.used_nanos)),
    reserved: usd(reserved),
    estimate: usd(nanos),
    fits_at: nanos <= limit - reserved ? resetsAt(at).toISOString() : null,
    top_up_url: `${publicUrl}/limits`,
    next_step: "Add a top-up to the cap, or wait until it has room.",
  });
}
