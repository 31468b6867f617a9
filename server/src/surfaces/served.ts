/** Which operations a caller can reach at all. */
import type { Operation } from "../kernel/operation.ts";

/** Internal operations are dispatched by the server itself. */
export function isServed(operation: Operation): boolean {
  return operation.kind === "public" || operation.internal !== true;
}
