/** Counts what a command stores against its workspace's day. */
import type { ReadyCall } from "./dispatch.ts";
import type { Operation, PublicCommand } from "./operation.ts";
import { Problem } from "./problem.ts";
import { type StorageMeter, storedBytes } from "./storage.ts";

type Counted = Exclude<Operation, PublicCommand>;

/** Returns what runs the work of a call once its bytes are counted. */
export function createStorageCount(storage: StorageMeter | undefined) {
  return async (operation: Counted, call: ReadyCall, work: () => Promise<unknown>): Promise<unknown> => {
    if (!storage || operation.kind === "query" || call.actor.kind === "system") return work();
    const bytes = storedBytes(call.input);
    const { workspace } = call.actor;
    const refusal = await tryTake(storage, { workspace, bytes, operation });
    if (refusal) {
      if (!call.keyed) throw refusal;
      // A repeat stores nothing and gets the first answer.
      call.unlessRepeated = refusal;
      return work();
    }
    try {
      const output = await work();
      if (operation.kind === "hot" && operation.poll?.isEmpty(output as never)) storage.giveBack(workspace, bytes);
      return output;
    } catch (error) {
      storage.giveBack(workspace, bytes);
      throw error;
    }
  };
}

async function tryTake(
  storage: StorageMeter,
  { workspace, bytes, operation }: { workspace: string; bytes: number; operation: Exclude<Counted, { kind: "query" }> },
): Promise<Problem | undefined> {
  try {
    await storage.take(workspace, bytes, operation.pastQuota);
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === "tier_limit") return error;
    throw error;
  }
}
