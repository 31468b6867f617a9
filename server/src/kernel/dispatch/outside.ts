/** Runs the part of a command that calls other servers: before its transaction, and few at once for a workspace. */
import type { Command, HotCommand } from "../operation.ts";
import { Problem } from "../problem.ts";
import type { Kernel, ReadyCall } from "./call.ts";

/** The calls of other servers at once of one workspace, on this server. */
const OF_WORKSPACE_MAX = 8;

export function createOutside({ db, env }: Kernel) {
  const running = new Map<string, number>();
  return async (command: Command | HotCommand, { actor, input }: ReadyCall): Promise<unknown> => {
    if (!command.outside) return undefined;
    const { workspace } = actor;
    const count = running.get(workspace) ?? 0;
    if (count >= OF_WORKSPACE_MAX) {
      throw new Problem("overloaded", `The workspace waits for ${OF_WORKSPACE_MAX} other servers already.`, {
        retry_after_seconds: 1,
      });
    }
    running.set(workspace, count + 1);
    try {
      return await command.outside({ actor, env, read: (work) => db.read(workspace, work) }, input);
    } finally {
      const left = (running.get(workspace) ?? 1) - 1;
      if (left > 0) running.set(workspace, left);
      else running.delete(workspace);
    }
  };
}
