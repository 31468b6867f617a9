/** The operations that surfaces serve, each with its valid input. */
import type { Operation } from "../../src/kernel/operation.ts";
import { OPERATIONS } from "../../src/operations.ts";
import { SAMPLES } from "./samples.ts";
import type { Sample } from "./scene.ts";

export type Permitted = Exclude<Operation, { kind: "public" }>;

/** The operations that need a credential. */
export const SERVED = OPERATIONS.filter(
  (operation): operation is Permitted => operation.kind !== "public" && !operation.internal,
);

export function sampleOf({ name }: Operation): Sample {
  const sample = SAMPLES[name];
  if (!sample) throw new Error(`Add a valid input of ${name} to server/test/harness/samples.ts.`);
  return sample;
}

/** Cases for `it.each`, whose titles show `$name`. */
export function named<O extends Operation>(operations: readonly O[]): { name: string; operation: O }[] {
  return operations.map((operation) => ({ name: operation.name, operation }));
}
