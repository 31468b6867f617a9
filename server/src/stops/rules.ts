/** Decides about stops: which scopes and parts fit, which parts may be lifted, and what is confirmed. Pure. */
import { invalid, Problem } from "../kernel/problem.ts";
import type { StopPart, StoppedTask, StopRow, StopScope } from "./schema.ts";

/** The stops of a workspace that may be in force at once. Claims read them. */
export const IN_FORCE_MAX = 50;
/** The most that keys may make, so that people have room. */
const BY_KEYS_MAX = 20;

/** Two default leases: after that time, a holder that follows its heartbeats has ended its attempt. */
const CONFIRMS_WITHIN_MS = 120_000;

/** Throws when the fields do not fit the scope. Returns the id of the agent or of the task. */
export function requireFitting(scope: StopScope, id: string | undefined, what: readonly StopPart[]): string | null {
  if (scope === "workspace" && id !== undefined) throw invalid("/id", "is not allowed for the workspace.");
  if (scope !== "workspace" && id === undefined) throw invalid("/id", `is required for the scope ${scope}.`);
  if (scope === "tree" && what.includes("keys"))
    throw invalid("/what", "cannot have keys for a tree, because a key belongs to an agent.");
  return id ?? null;
}

type Wanted = Pick<StopRow, "scope" | "agent_id" | "root_task_id" | "what" | "drill">;

/** Returns the stop in force that does all of this already. */
export function sameStop<T extends StopRow>(inForce: readonly T[], wanted: Wanted): T | undefined {
  return inForce.find(
    ({ scope, agent_id, root_task_id, in_force }) =>
      scope === wanted.scope &&
      agent_id === wanted.agent_id &&
      root_task_id === wanted.root_task_id &&
      wanted.what.every((part) => in_force.includes(part)),
  );
}

/** A person can always stop the whole workspace. */
export function requireRoomForStop(inForce: readonly StopRow[], scope: StopScope, isPerson: boolean): void {
  const most = isPerson ? IN_FORCE_MAX : BY_KEYS_MAX;
  const counted = isPerson ? inForce : inForce.filter(({ by_kind }) => by_kind !== "user");
  if (counted.length < most || (isPerson && scope === "workspace")) return;
  throw new Problem(
    "conflict",
    `${most} stops are in force in this workspace, which is the most${isPerson ? "" : " by keys"}.`,
    {
      next_step: "Lift a stop that is no longer needed, or stop the whole workspace with one.",
    },
  );
}

type Lifted = Pick<StopRow, "id" | "what" | "in_force" | "drill">;

/** Returns the parts that a lift ends. Throws when one of them is not in force. */
export function partsToLift(stop: Lifted, wanted: readonly StopPart[] | undefined): readonly StopPart[] {
  if (stop.drill) throw new Problem("conflict", `Stop ${stop.id} was a drill and stopped nothing.`);
  const foreign = wanted?.find((part) => !stop.what.includes(part));
  if (foreign) throw new Problem("conflict", `Stop ${stop.id} does not stop ${foreign}.`);
  const lifted = stop.in_force.length === 0 ? stop.what : wanted?.filter((part) => !stop.in_force.includes(part));
  if (lifted && lifted.length > 0)
    throw new Problem("conflict", `Lifted already: ${lifted.join(", ")} of stop ${stop.id}.`);
  return wanted ?? stop.in_force;
}

/** An attempt that ran when the stop began. */
export type Attempt = Pick<StoppedTask, "task_id" | "agent_id" | "heard_at" | "confirmed_at">;

export function stateOf(
  { confirmed_at }: Pick<Attempt, "confirmed_at">,
  { drill, in_force, created_at }: Pick<StopRow, "drill" | "in_force" | "created_at">,
  now: Date,
): StoppedTask["state"] {
  if (drill) return "asked";
  if (confirmed_at !== null) return "confirmed";
  const isLate = now.getTime() - Date.parse(created_at) > CONFIRMS_WITHIN_MS;
  return isLate || !in_force.includes("running") ? "unconfirmed" : "asked";
}
