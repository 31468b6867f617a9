/** Reads the callers again in the transaction: between admission and the lock, their powers may have changed. */
import { type Actor, may } from "../actor.ts";
import type { Statement } from "../db/batch.ts";
import type { ReadTx } from "../db/tx.ts";
import type { Operation, PublicCommand } from "../operation.ts";
import { Problem } from "../problem.ts";

/**
 * Returns the current state of each actor: the same object when nothing changed, or a problem when the credential is no
 * longer valid. Called under the lock of the workspace's powers, so the result holds until the transaction ends.
 */
export type Recognise = (tx: ReadTx, actors: readonly Actor[]) => Promise<readonly (Actor | Problem)[]>;

/**
 * For groups in one message, which cannot look at a caller before they commit: statements that fail with
 * `bailiwick_refuse()`, under the lock of the workspace's powers. Their `$1` is the workspace.
 */
export interface HotGuards {
  /** Fail unless each caller is who they were when admitted. Undefined where a caller is known too little for that. */
  unchanged(actors: readonly Actor[]): readonly Statement[] | undefined;
  /** Fails while one of these agents is paused. */
  acting(agentIds: readonly string[]): Statement;
}

type Permitted = Pick<Exclude<Operation, PublicCommand>, "permission" | "byLease">;

/** A credential of one lease calls few operations. */
const isWithinLease = ({ byLease }: Permitted, { lease }: Actor) => lease === undefined || byLease === true;

export function mayCall(operation: Permitted, actor: Actor): boolean {
  return isWithinLease(operation, actor) && may(actor, operation.permission);
}

export function requirePermission(operation: Permitted, actor: Actor): void {
  const { permission } = operation;
  if (!isWithinLease(operation, actor)) {
    throw new Problem("forbidden", "This key is for one task alone: read it, renew its lease, and end it.", {
      next_step: "Use a key of the agent.",
    });
  }
  if (may(actor, permission)) return;
  const { responsible_role: role } = actor;
  const advice =
    actor.role === "owner"
      ? "No person has this permission: use the key of an agent."
      : "Ask an owner or admin of the workspace.";
  const hint = `A key has at most the role of the person responsible for it, now ${role}: adopt the key (keys.adopt).`;
  const isLimited = role !== undefined && role !== "owner" && role !== "admin";
  throw new Problem("forbidden", `This credential does not have the permission ${permission}.`, {
    next_step: `${advice}${isLimited ? ` ${hint}` : ""}`,
  });
}

/** Returns the current state of the caller. Throws when the caller has lost the permission. */
export async function recogniseOne(
  recognise: Recognise,
  tx: ReadTx,
  operation: Permitted,
  admitted: Actor,
): Promise<Actor> {
  const [actor = admitted] = await recognise(tx, [admitted]);
  if (actor instanceof Problem) throw actor;
  if (actor !== admitted) requirePermission(operation, actor);
  return actor;
}

/** Rolls back a group that ran for callers whose powers had changed. Only the dispatcher sees this error. */
class PowersChanged extends Error {
  readonly actors: readonly (Actor | Problem)[];

  constructor(actors: readonly (Actor | Problem)[]) {
    super("The powers of a caller changed before the transaction began.");
    this.actors = actors;
  }
}

/**
 * Runs `work` and reads its callers in parallel, so that the read adds no round trip. Throws `PowersChanged` when the
 * work was done for a caller whose powers had changed.
 */
export async function runWithCallerCheck<T>(
  recognise: Recognise,
  tx: ReadTx,
  admitted: readonly Actor[],
  work: () => Promise<T>,
): Promise<T> {
  const [looked, worked] = await Promise.allSettled([recognise(tx, admitted), work()]);
  if (looked.status === "rejected") throw looked.reason;
  if (looked.value.some((actor, index) => actor !== admitted[index])) throw new PowersChanged(looked.value);
  if (worked.status === "rejected") throw worked.reason;
  return worked.value;
}

/**
 * Runs the calls together. When powers had changed, runs them again with the current actors; a caller that lost the
 * permission gets the problem instead. Each round has fewer calls or newer actors, so the loop ends soon.
 */
export async function runRecognised<C extends { actor: Actor; operation: Permitted }, R>(
  calls: readonly C[],
  run: (calls: readonly C[]) => Promise<readonly R[]>,
): Promise<readonly (R | Problem)[]> {
  const results: (R | Problem | undefined)[] = calls.map(() => undefined);
  let remaining = calls.map((call, index) => ({ call, index }));
  while (remaining.length > 0) {
    try {
      const answers = await run(remaining.map(({ call }) => call));
      remaining.forEach(({ index }, place) => {
        results[index] = answers[place];
      });
      break;
    } catch (error) {
      if (!(error instanceof PowersChanged)) throw error;
      remaining = remaining.flatMap(({ call, index }, place) => {
        const actor = permitted(call, error.actors[place] ?? call.actor);
        if (!(actor instanceof Problem)) return [{ call: { ...call, actor }, index }];
        results[index] = actor;
        return [];
      });
    }
  }
  // Each place has an answer, or the problem that removed its call.
  return results as (R | Problem)[];
}

function permitted({ operation }: { operation: Permitted }, actor: Actor | Problem): Actor | Problem {
  if (actor instanceof Problem) return actor;
  try {
    requirePermission(operation, actor);
    return actor;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
