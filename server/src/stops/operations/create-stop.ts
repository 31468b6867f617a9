import { uuidv7 } from "uuidv7";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { stopDrilled, stopStarted } from "../facts.ts";
import { stopHooks, type Target } from "../hooks.ts";
import { applyStops } from "../parts.ts";
import { requireFitting, requireRoomForStop, sameStop } from "../rules.ts";
import { NewStop, Stop, type StopRow, type StopScope } from "../schema.ts";
import { getStop, insertAttempts, insertStop, listInForce } from "../store.ts";
import { oneToWire, SHOWN_ALONE } from "../to-wire.ts";

export const createStop = command({
  name: "stops.create",
  summary: "Stop an agent, a tree of tasks or the whole workspace at once.",
  description:
    "After the answer, nothing inside starts. Running work learns of the stop at its next heartbeat; `running` says what is " +
    "confirmed. An owner or admin lifts the parts of a stop (stops.lift). With drill: true, nothing is stopped.",
  route: "POST /stop",
  status: 201,
  permission: "stop:write",
  pastQuota: "passes",
  whilePaused: true,
  /**
   * The stop runs alone in its workspace: it waits until each claim and start that began has ended, and later ones see
   * it. So no start commits after the stop on any process, and no claim takes a lock for that. The other processes drop
   * the cached keys of the workspace.
   */
  changesCredentials: true,
  input: NewStop,
  output: Stop,
  problems: ["not_found", "conflict"],
  async run({ tx, actor, now }, { scope, id, what, reason, drill }) {
    const named = requireFitting(scope, id, what);
    const target = await targetOf(tx, scope, named);
    if (!drill) {
      const inForce = await listInForce(tx);
      const same = sameStop(inForce, { scope, ...target, what, drill });
      if (same) return unchanged(await oneToWire(tx, await getStop(tx, same.id)));
      requireRoomForStop(inForce, scope, actor.kind === "user");
    }
    const asks = what.includes("running") && !drill;
    const attempts = await (asks ? stopHooks.requestStop(tx, target) : stopHooks.listRunning(tx, target));
    const stop: StopRow = {
      id: uuidv7(),
      scope,
      ...target,
      what,
      in_force: drill ? [] : what,
      reason,
      drill,
      by_kind: actor.kind,
      by_id: actor.id,
      running_count: attempts.length,
      waiting_count: await stopHooks.countWaiting(tx, target),
      confirmed_at: null,
      lifts: [],
      created_at: now.toISOString(),
      ended_at: drill ? now.toISOString() : null,
    };
    await insertStop(tx, stop);
    // A drill waits for no attempt, so it keeps only those that are shown.
    if (what.includes("running")) await insertAttempts(tx, stop.id, drill ? attempts.slice(0, SHOWN_ALONE) : attempts);
    if (!drill) await applyStops(tx, what);
    const { agent_id, root_task_id, running_count, waiting_count } = stop;
    const data = { scope, agent_id, root_task_id, what, reason, running_count, waiting_count };
    return changed(
      await oneToWire(tx, await getStop(tx, stop.id)),
      (drill ? stopDrilled : stopStarted)(stop.id, data, { agent_id }),
    );
  },
});

/** Throws unless the agent or the tree exists. */
async function targetOf(tx: ReadTx, scope: StopScope, id: string | null): Promise<Target> {
  if (id === null) return { agent_id: null, root_task_id: null };
  if (scope === "agent") {
    await stopHooks.requireAgent(tx, id);
    return { agent_id: id, root_task_id: null };
  }
  await stopHooks.requireRoot(tx, id);
  return { agent_id: null, root_task_id: id };
}
