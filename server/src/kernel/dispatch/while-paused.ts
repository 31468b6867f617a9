/** A paused agent may only do what says `whilePaused`. Reading needs no leave. */
import type { Actor } from "../actor.ts";
import type { Tx } from "../db/db.ts";
import type { Command } from "../operation.ts";

/** Throws `agent_paused` when one of these agents is paused; under the shared lock on the powers of the workspace. */
export type RequireActing = (tx: Tx, agentIds: readonly string[]) => Promise<void>;

/** The callers that must not be paused. */
export function agentsToAct({ whilePaused }: Pick<Command, "whilePaused">, actors: readonly Actor[]): string[] {
  if (whilePaused) return [];
  return [...new Set(actors.flatMap(({ kind, id }) => (kind === "agent" ? id : [])))];
}

/** Undefined when nobody has to be asked for. */
export function requireActors(
  { requireActing }: { requireActing: RequireActing },
  tx: Tx,
  operation: Pick<Command, "whilePaused">,
  actors: readonly Actor[],
): Promise<void> | undefined {
  const agents = agentsToAct(operation, actors);
  return agents.length === 0 ? undefined : requireActing(tx, agents);
}
