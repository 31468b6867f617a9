/** Stops an operation before its commit, so that a test controls the order. */
import type { CommandContext, Operation, Outcome } from "../../src/kernel/operation.ts";
import type { Latch } from "./latch.ts";

/** Returns the operation with a stop after its work and before its commit, until the latch passes. */
export function heldBack<O extends Operation>(operation: O, done: Latch, open: Promise<void>): O {
  return {
    ...operation,
    // A hot operation runs the ordinary way, because only that way has the stop.
    ...("plan" in operation && { plan: () => ({ statements: [], read: () => [] }) }),
    async run(context: CommandContext, input: never): Promise<Outcome<unknown>> {
      const outcome = await operation.run(context as never, input);
      done.pass();
      await open;
      return outcome as Outcome<unknown>;
    },
  } as O;
}
