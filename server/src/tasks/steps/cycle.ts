/** Refuses a dependency that would never end, because it waits for the task itself. */
import type { Tx } from "../../kernel/db/tx.ts";
import { Problem } from "../../kernel/problem.ts";
import { listChain, lockGraph, reaches } from "../store/tree.ts";

/**
 * A task and all tasks above it end after its dependencies. `waitingId` is the task, or the parent of a new task. `path`
 * is the field of the input that names the dependencies.
 */
export async function requireNoCycle(
  tx: Tx,
  waitingId: string,
  dependsOn: readonly string[],
  path: string,
): Promise<void> {
  await lockGraph(tx);
  const above = (await listChain(tx, waitingId)).map(({ id }) => id);
  if (!(await reaches(tx, dependsOn, above))) return;
  throw new Problem("dependency_cycle", "A dependency waits for the task itself, or for a task above it.", {
    errors: [{ path, message: "makes a cycle." }],
  });
}
