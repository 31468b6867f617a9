/** Runs the part of an operation that calls other servers: before its transaction, and few at once for a workspace. */
import type { Command, HotCommand, Query } from "../operation.ts";
import { Problem } from "../problem.ts";
import { createRunningWork } from "../running-work.ts";
import type { Kernel, ReadyCall } from "./call.ts";

/** The calls of other servers at once of one workspace, on this server. */
const OF_WORKSPACE_MAX = 8;

export function createOutside({ db, env }: Kernel) {
  const running = createRunningWork();
  return async (operation: Command | HotCommand | Query, { actor, input }: ReadyCall): Promise<unknown> => {
    if (!operation.outside) return undefined;
    const { workspace } = actor;
    if (running.countOf(workspace) >= OF_WORKSPACE_MAX) {
      throw new Problem("overloaded", `The workspace waits for ${OF_WORKSPACE_MAX} other servers already.`, {
        retry_after_seconds: 1,
      });
    }
    return running.add(workspace, operation.outside({ actor, env, read: (work) => db.read(workspace, work) }, input));
  };
}
