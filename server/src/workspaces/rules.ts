/** Limits of workspaces and invitations, and decisions about members. Pure. */
import type { Role } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";

export const WORKSPACES_OWNED_MAX = 100;
/** An invitation can be accepted for this time. */
export const INVITATION_DAYS = 7;
/** The most open invitations of one workspace. */
export const INVITATIONS_OPEN_MAX = 100;
/** The invitations that one address may get, and one workspace may send. */
export const INVITATION_MAILS = {
  address: { perMinute: 5, perHour: 20 },
  workspace: { perMinute: 20, perHour: 200 },
} as const;

/** Throws for the owner. An owner must transfer the workspace before leaving it or getting another role. */
export function requireNotOwner(member: { role: Role }, what: string): void {
  if (member.role !== "owner") return;
  throw new Problem("conflict", `The owner of a workspace cannot ${what}.`, {
    next_step: "Transfer the workspace to another member first.",
  });
}

/** Throws for a person's own workspace, and when the receiver owns the highest number of workspaces. */
export function requireTransferable(workspace: string, own: string | undefined, ownedByReceiver: number): void {
  if (workspace === own) {
    throw new Problem("conflict", "This is your own workspace, which you cannot transfer.", {
      next_step: "Create another workspace, which you can transfer.",
    });
  }
  if (ownedByReceiver < WORKSPACES_OWNED_MAX) return;
  throw new Problem("conflict", `A person may own at most ${WORKSPACES_OWNED_MAX} workspaces.`);
}
