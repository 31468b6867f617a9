/** Measures lifecycles under three limits against those without any. */
import { createPolicy } from "../server/src/risk/operations/create-policy.ts";
import { measure } from "./callers.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { lifecycle } from "./ours.ts";
import { PIECE_MS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

const CALLERS = 16;
/** The guard may add 15 percent. */
const TARGET = { is: "at least", value: 1 / 1.15 } as const;

const POLICIES = [
  { policy_type: "daily_spend_cap", threshold_value: 1_000, action_type: "pause_agent" },
  { policy_type: "error_rate_cap", threshold_value: 90, action_type: "throttle" },
  { policy_type: "token_rate_cap", threshold_value: 1_000_000, action_type: "throttle" },
];

export async function measureCaps(cluster: Cluster): Promise<void> {
  const free = await createWorld(cluster, CALLERS);
  const limited = await createWorld(cluster, CALLERS, free.app);
  for (const policy of POLICIES) await limit(limited, policy);
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const rates: Record<"free" | "limited", number[]> = { free: [], limited: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const without = await measure(CALLERS, PIECE_MS, lifecycle(free), watched);
    const under = await measure(CALLERS, PIECE_MS, lifecycle(limited), watched);
    say(`round ${round}: ${without.perSecond.toFixed(0)} a second, under limits ${under.perSecond.toFixed(0)}`);
    if (round < 0) continue;
    rates.free.push(without.perSecond);
    rates.limited.push(under.perSecond);
  }
  print(figure(`in-process, ${CALLERS} callers: lifecycles without limits`, "per second", rates.free));
  print(figure("the same under three limits", "per second", rates.limited));
  print(figure("under three limits / without", "ratio", ratios(rates.limited, rates.free), TARGET));
}

async function limit({ app, owner }: World, input: Record<string, unknown>): Promise<void> {
  await app.dispatcher.dispatch(createPolicy, owner, { input, request: requestInfo() });
}
