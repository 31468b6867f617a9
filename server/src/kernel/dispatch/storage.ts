/** Counts the bytes that a command stores against the daily limit of its workspace. */

import { documentBytes } from "../input/document.ts";
import type { Operation, PublicCommand, Query } from "../operation.ts";
import { Problem, StoredRefusal } from "../problem.ts";
import type { ReadyCall } from "./call.ts";
import { countedBytes, type StorageMeter } from "./stored-bytes.ts";

type Counted = Exclude<Operation, PublicCommand>;
type StoringOperation = Exclude<Counted, Query>;

/** Returns a function that counts the bytes of a call and runs its work. */
export function createStorageCount(storage: StorageMeter | undefined) {
  return async (operation: Counted, call: ReadyCall, work: () => Promise<unknown>): Promise<unknown> => {
    if (!storage || operation.kind === "query" || call.actor.kind === "system") return work();
    const bytes = countedBytes(call.bytes);
    const { workspace } = call.actor;
    const refusal = await tryTake(storage, { workspace, bytes, operation });
    if (refusal) {
      if (!call.keyed) throw refusal;
      // A repeat stores nothing, so it still gets the first answer.
      call.unlessRepeated = refusal;
      return work();
    }
    try {
      const output = await work();
      if (operation.kind === "hot" && operation.poll?.isEmpty(output as never)) storage.giveBack(workspace, bytes);
      const more = bytesOfOutcome(operation, call, output) - bytes;
      // The command has committed, so it must not be refused. If this fails, the bytes of one call are not counted.
      if (more > 0) await storage.take(workspace, more, "passes")?.catch(() => undefined);
      return output;
    } catch (error) {
      if (!(error instanceof StoredRefusal) || isRepeat(call)) storage.giveBack(workspace, bytes);
      throw error;
    }
  };
}

/** Returns the bytes stored besides the input: a copy that the output shows, and the answer for an idempotency key. */
function bytesOfOutcome({ storesOutput }: StoringOperation, call: ReadyCall, output: unknown): number {
  if (isRepeat(call)) return 0;
  return (storesOutput ? countedBytes(documentBytes(output)) : 0) + (call.keyed?.answerBytes ?? 0);
}

const isRepeat = ({ keyed }: ReadyCall) => keyed !== undefined && keyed.answerBytes === undefined;

async function tryTake(
  storage: StorageMeter,
  { workspace, bytes, operation }: { workspace: string; bytes: number; operation: StoringOperation },
): Promise<Problem | undefined> {
  try {
    await storage.take(workspace, bytes, operation.pastQuota);
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === "tier_limit") return error;
    throw error;
  }
}
