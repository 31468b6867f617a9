/** Checks that several members of the crew make. */
import { BailiwickError } from "../../../../../sdk/src/index.ts";

/** A process reads only the folder that it was started for, also when a task names another one. */
export function requireOwnFolder(requested: string, own: string): void {
  if (requested === own) return;
  throw new Error(`This process audits only ${own}; the task names ${requested}.`);
}

/** Returns true when the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  return error instanceof BailiwickError && error.isTransient;
}
