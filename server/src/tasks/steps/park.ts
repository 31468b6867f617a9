/** Parks an agent that its model provider refused, in the transaction that ends its attempt. */
import { agentParked, fallbackModelOf } from "../../agents/index.ts";
import { type ParkCode, parkGate, parkOf } from "../../gate/index.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { invalid } from "../../kernel/problem.ts";
import { assigneeOf } from "../rules.ts";
import type { Held } from "./hold.ts";

interface Refused {
  code: ParkCode;
  until: string | undefined;
}

/** A task that returned to its pool has no agent to park. */
export async function park(
  { tx, now }: { tx: Tx; now: Date },
  { task, gate }: Held,
  { code, until }: Refused,
): Promise<Fact[]> {
  const time = until === undefined ? undefined : Date.parse(until);
  if (Number.isNaN(time)) throw invalid("/until", "is not a time.");
  const agentId = assigneeOf(task);
  if (agentId === null) return [];
  const startedMs = Date.parse(task.attempt_started_at ?? now.toISOString());
  const parked = parkOf(gate, { code, until: time, fallback: await fallbackModelOf(tx, agentId), startedMs }, now);
  await parkGate(tx, agentId, parked);
  const { until: ends, code: cause, model } = parked;
  return [agentParked(agentId, { code: cause, until: ends.toISOString(), fallback_model: model })];
}
