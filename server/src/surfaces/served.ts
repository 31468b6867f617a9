import type { Operation } from "../kernel/operation.ts";

/** Returns false for internal operations, which only the server itself dispatches. */
export function isServed(operation: Operation): boolean {
  return operation.kind === "public" || !operation.internal;
}
