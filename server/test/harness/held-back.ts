/** An operation that is stopped before its commit, so that a test decides what comes first. */
import type { CommandContext, Operation, Outcome } from "../../src/kernel/operation.ts";
import type { Latch } from "./latch.ts";

/** The operation, stopped after its work and before its commit until the latch passes. */
export function heldBack<O extends Operation>(operation: O, done: Latch, open: Promise<void>): O {
  return {
    ...operation,
    // A hot operation goes the ordinary way, which is the one that is stopped.
    ...("runMany" in operation && { runMany: async (_: unknown, calls: unknown[]) => calls.map(() => undefined) }),
    async run(context: CommandContext, input: never): Promise<Outcome<unknown>> {
      const outcome = await operation.run(context as never, input);
      done.pass();
      await open;
      return outcome as Outcome<unknown>;
    },
  } as O;
}
