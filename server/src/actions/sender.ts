/**
 * Executes approved actions. Each attempt runs outside any transaction, after the commit that took its row, and its result is
 * stored in a transaction of its own. Several processes may do this: a row belongs to one attempt until its lease ends.
 */
import type { Static } from "typebox";
import {
  type Ended,
  type Found,
  lookUp,
  type Outside,
  openConnection,
  sendAction,
  targetOf,
} from "../connections/index.ts";
import type { JobContext } from "../kernel/jobs/job.ts";
import { Problem } from "../kernel/problem.ts";
import { createRunningWork } from "../kernel/running-work.ts";
import { markAttempt } from "./operations/mark-attempt.ts";
import { markLookup } from "./operations/mark-lookup.ts";
import { type Taken, takeActions } from "./operations/take-actions.ts";
import { storable } from "./result-rules.ts";
import { BEGINS_WITHIN_MS, requireUnmoved } from "./rules.ts";

/** Attempts at once of one workspace, and of all workspaces, on this server. */
const OF_WORKSPACE_MAX = 8;
const OF_SERVER_MAX = 100;
/** The attempts at once of one workspace while more than half of the server's are on their way. */
const OF_WORKSPACE_BUSY = 2;

export interface SenderOptions extends Pick<JobContext, "db" | "env" | "dispatch"> {
  outside: Outside;
  stop?: AbortSignal;
  /** Called when a result could not be stored. After its lease, the action is sent again or in doubt. */
  onError(error: unknown): void;
}

export interface ActionSender {
  /** Begins attempts in these workspaces, as far as the limits allow. Does not wait for their end. */
  begin(workspaces: readonly string[]): Promise<void>;
  /** Resolves when no attempt is on its way. */
  idle(): Promise<void>;
}

export function createActionSender(options: SenderOptions): ActionSender {
  const { dispatch, stop, onError } = options;
  const running = createRunningWork();
  /** The workspace whose attempts began last. The next turn begins after it. */
  let last = "";

  function roomOf(workspace: string): number {
    const most = running.count() > OF_SERVER_MAX / 2 ? OF_WORKSPACE_BUSY : OF_WORKSPACE_MAX;
    return Math.min(most - running.countOf(workspace), OF_SERVER_MAX - running.count());
  }

  function start(workspace: string, taken: Taken, takenMs: number): void {
    const work = taken.kind === "send" ? send : look;
    void running.add(workspace, work(options, workspace, taken, takenMs).catch(onError));
  }

  return {
    async begin(workspaces) {
      for (const workspace of inTurn(workspaces, last)) {
        const room = roomOf(workspace);
        if (room <= 0 || stop?.aborted) continue;
        const takenMs = performance.now();
        try {
          // The dispatcher returns the operation's output.
          const output = (await dispatch(takeActions, workspace, { most: room })) as Static<typeof takeActions.output>;
          for (const item of output.items) start(workspace, item, takenMs);
          if (output.items.length > 0) last = workspace;
        } catch (error) {
          onError(error);
        }
      }
    },
    idle: running.idle,
  };
}

/** Returns the workspaces in a fixed order that begins after `last`. */
function inTurn(workspaces: readonly string[], last: string): string[] {
  const sorted = [...workspaces].sort();
  return [...sorted.filter((one) => one > last), ...sorted.filter((one) => one <= last)];
}

async function send(options: SenderOptions, workspace: string, taken: Taken, takenMs: number): Promise<void> {
  const { id, attempt } = taken;
  const ended = await attemptOf(options, workspace, taken, takenMs);
  if (ended) await options.dispatch(markAttempt, workspace, { id, attempt, ended: storable(ended) });
}

/** Returns undefined when the attempt began too late. Its lease decides then, because another process may have begun. */
async function attemptOf(
  options: SenderOptions,
  workspace: string,
  taken: Taken,
  takenMs: number,
): Promise<Ended | undefined> {
  const { action_type, payload, key } = taken;
  try {
    const connection = await open(options, workspace, taken);
    requireUnmoved(taken.approved_target, targetOf(connection, connection.tools?.get(action_type)));
    if (performance.now() - takenMs > BEGINS_WITHIN_MS) return undefined;
    return await sendAction(connection, { action_type, payload, key }, options.outside);
  } catch (error) {
    // Nothing was sent: only opening the connection throws a problem.
    if (!(error instanceof Problem)) throw error;
    return { end: "failed", error: error.message, returned: null };
  }
}

async function look(options: SenderOptions, workspace: string, taken: Taken): Promise<void> {
  const { id, lookups, action_type, payload, key } = taken;
  let found: Found = { found: "unknown" };
  try {
    const connection = await open(options, workspace, taken);
    found = await lookUp(connection, { action_type, payload, key }, options.outside);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  await options.dispatch(markLookup, workspace, { id, lookups, found: storable(found) });
}

/** The secret of the connection stays in this process. */
async function open({ db, env }: SenderOptions, workspace: string, { connection_id }: Taken) {
  if (connection_id === null) throw new Problem("not_connected", "The action has no connection.");
  return db.outside(async (tx) => openConnection(await tx.enter(workspace), env, connection_id));
}
