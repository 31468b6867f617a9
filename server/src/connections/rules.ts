/** Decisions about a connection. Pure. */
import { Problem } from "../kernel/problem.ts";
import { CONNECTIONS_MAX, type ConnectionRow, KEPT_MAX } from "./schema.ts";

export function requireRoom({ usable, kept }: { usable: number; kept: number }): void {
  if (usable >= CONNECTIONS_MAX) {
    throw new Problem("conflict", `A workspace has at most ${CONNECTIONS_MAX} connections.`, {
      next_step: "Disconnect one first.",
    });
  }
  if (kept >= KEPT_MAX) {
    throw new Problem("conflict", `A workspace keeps at most ${KEPT_MAX} connections, with the disconnected ones.`);
  }
}

/** A disconnected connection is final: its name stays for the actions that went through it. */
export function requireConnected({ status }: Pick<ConnectionRow, "status">): void {
  if (status !== "disconnected") return;
  throw new Problem("conflict", "The connection is disconnected.", { next_step: "Connect the service again." });
}

/** Returns the state after a test. */
export function afterTest(
  row: ConnectionRow,
  { ok, message, scopes }: { ok: boolean; message: string; scopes?: readonly string[] },
): ConnectionRow {
  const scopes_granted = scopes ? [...scopes] : row.scopes_granted;
  return { ...row, scopes_granted, status: ok ? "connected" : "error", last_error: ok ? null : message };
}

/** Returns true when a call through both goes to the same place with the same secret. */
export function isSameTarget(one: ConnectionRow, other: ConnectionRow): boolean {
  return one.sealed_secret === other.sealed_secret && JSON.stringify(one.config) === JSON.stringify(other.config);
}

const COMPARED = ["name", "category", "config", "agent_ids"] as const;

/** The secret counts as changed whenever it is given: a comparison would show if a guess is right. */
export function changedFields(before: ConnectionRow, after: ConnectionRow, hasSecret: boolean): string[] {
  const fields = COMPARED.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return hasSecret ? [...fields, "secret"] : fields;
}
