/** The reason why no agent can take a queued task, and the action that ends it. */
import { listSilent } from "../agents/index.ts";
import { type Refusal, refusalOf } from "../gate/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import type { TaskRow } from "./schema.ts";
import { withoutLease } from "./store/gaps.ts";
import { stuckPools } from "./store/pools.ts";
import { findRefusals } from "./store/refusals.ts";

export interface Gap extends Omit<Refusal, "details"> {
  policy_id?: string;
  waiting_since: string;
}

type Waiting = Pick<
  TaskRow,
  | "id"
  | "status"
  | "open_dependencies"
  | "failed_dependency_count"
  | "assigned_to_agent_id"
  | "pool_id"
  | "available_at"
>;

/** The silent agents, and the pools without an agent that can take a task. */
export interface Absent {
  agents: readonly string[];
  pools: Awaited<ReturnType<typeof stuckPools>>;
}

/**
 * Returns the gap of each task that has one. Tasks that wait for their turn, for time or for other tasks have none.
 * `known`: what the caller has read before.
 */
export async function gapsOf(tx: ReadTx, tasks: readonly Waiting[], known?: Absent): Promise<Map<string, Gap>> {
  const queued = tasks.filter((task) => task.status === "queued" && !waitsForOthers(task));
  if (queued.length === 0) return new Map();
  const refusals = await findRefusals(
    tx,
    queued.map(({ id }) => id),
  );
  const agents = known?.agents ?? (await listAway(tx));
  const away = new Set(agents);
  const hasPools = queued.some(({ pool_id }) => pool_id !== null);
  const pools = known?.pools ?? (hasPools ? await stuckPools(tx, agents) : undefined);
  return new Map(
    queued.flatMap((task) => {
      const code = pools?.get(task.assigned_to_agent_id);
      const gap =
        refusals.get(task.id) ??
        (code && refusalOf(code, {})) ??
        (away.has(task.assigned_to_agent_id) ? AWAY : undefined);
      return gap ? [[task.id, gapOf(gap, task)] as const] : [];
    }),
  );
}

function gapOf({ details, ...refusal }: Refusal, { available_at }: Waiting): Gap {
  const policy_id = details?.policy_id ?? undefined;
  return { ...refusal, ...(policy_id !== undefined && { policy_id }), waiting_since: available_at };
}

/** Returns the silent agents. An agent with a running lease may work without a call until the lease ends. */
export async function listAway(tx: ReadTx): Promise<string[]> {
  return withoutLease(tx, await listSilent(tx));
}

/** A dependency that ended without success never lets the task start. */
function waitsForOthers({ open_dependencies, failed_dependency_count }: Waiting): boolean {
  return open_dependencies > 0 && failed_dependency_count === 0;
}

/** The refusal of a start that no other step can end: the task waits for a task that ended without success. */
export function failedDependency({ failed_dependency_count }: TaskRow): Refusal | undefined {
  return failed_dependency_count > 0 ? refusalOf("dependency_failed", {}) : undefined;
}

export const AWAY = refusalOf("agent_away", {});
