/** Statements for the slices that limit agents. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { getAgent } from "./agents.ts";

/** The length of the name of a model. */
const MODEL_LENGTH_MAX = 200;

const LOCK_MANY =
  "select id from agents where workspace_id = $1 and id = any($2::uuid[]) order by id for no key update";

/** Locks agents in the order of their ids. */
export async function lockAgents(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.statement("agents.lock-many", LOCK_MANY, [tx.workspace, [...ids]]);
}

/** Returns the model that serves the agent while its provider refuses the usual one, where the configuration names it. */
export async function fallbackModelOf(tx: ReadTx, id: string): Promise<string | null> {
  const { fallback_model } = (await getAgent(tx, id)).llm_config;
  return isModel(fallback_model) ? fallback_model : null;
}

const isModel = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MODEL_LENGTH_MAX;

/** Returns the provider and the models of the agent's configuration, where it names them. */
export async function modelOf(
  tx: ReadTx,
  id: string,
): Promise<{ provider?: string; model?: string; cheaper_model?: string }> {
  const { provider, model, cheaper_model } = (await getAgent(tx, id)).llm_config;
  return {
    ...(isModel(cheaper_model) && { cheaper_model }),
    ...(typeof provider === "string" && { provider }),
    ...(typeof model === "string" && { model }),
  };
}
