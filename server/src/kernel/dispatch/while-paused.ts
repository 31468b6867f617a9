/** A paused agent may run only queries and the commands with `whilePaused`. */
import type { Actor } from "../actor.ts";
import type { Tx } from "../db/tx.ts";
import type { Command } from "../operation.ts";

/** Throws `agent_paused` when one of these agents is paused. Runs under the shared lock on the workspace's powers. */
export type RequireActing = (tx: Tx, agentIds: readonly string[]) => Promise<void>;

/** Returns the callers that must not be paused. */
export function agentsToAct({ whilePaused }: Pick<Command, "whilePaused">, actors: readonly Actor[]): string[] {
  if (whilePaused) return [];
  return [...new Set(actors.flatMap(({ kind, id }) => (kind === "agent" ? id : [])))];
}

/** Returns undefined when no agent has to be checked. */
export function requireActors(
  { requireActing }: { requireActing: RequireActing },
  tx: Tx,
  operation: Pick<Command, "whilePaused">,
  actors: readonly Actor[],
): Promise<void> | undefined {
  const agents = agentsToAct(operation, actors);
  return agents.length === 0 ? undefined : requireActing(tx, agents);
}
