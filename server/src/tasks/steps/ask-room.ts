/** Asks people for more room when a cap refuses a start. */
import type { Refusal } from "../../gate/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { taskHooks } from "../hooks.ts";
import type { SkippedTask } from "../store/claim.ts";
import { findRefusals } from "../store/refusals.ts";
import { listTitles } from "../store/tasks.ts";

interface Refused {
  refusal: Refusal;
  agentId: string | null;
  title: string;
}

/** Returns the facts of the request. There is none when no cap refused, or when people know already. */
export async function askForRoom(tx: Tx, { refusal, agentId, title }: Refused, actor: Actor): Promise<Fact[]> {
  const { code, details } = refusal;
  if (code !== "cap" || !details?.policy_id || agentId === null) return [];
  const { policy_id, used, reserved, estimate: estimate_usd } = details;
  const needed_usd = used + reserved + estimate_usd;
  return taskHooks.askForRoom(tx, { policy_id, agent_id: agentId, title, needed_usd, estimate_usd }, actor);
}

/** The same for the tasks that a claim skipped. The fast way of claims never comes here. */
export async function askForSkipped(tx: Tx, skipped: readonly SkippedTask[], actor: Actor): Promise<Fact[]> {
  const capped = skipped.find(({ code }) => code === "cap");
  if (!capped) return [];
  const refusal = (await findRefusals(tx, [capped.task_id], actor.id)).get(capped.task_id);
  if (!refusal) return [];
  const title = (await listTitles(tx, [capped.task_id])).get(capped.task_id) ?? "";
  return askForRoom(tx, { refusal, agentId: actor.id, title }, actor);
}
