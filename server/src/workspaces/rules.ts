/** Limits of workspaces and invitations, and the decisions that need no database. */
import type { Role } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";

export const WORKSPACES_OWNED_MAX = 100;
/** Days an invitation can be accepted. */
export const INVITATION_DAYS = 7;
/** Open invitations of one workspace. */
export const INVITATIONS_OPEN_MAX = 100;
/** Invitations that one address may get, and one workspace may send. */
export const INVITATION_MAILS = {
  address: { perMinute: 5, perHour: 20 },
  workspace: { perMinute: 20, perHour: 200 },
} as const;

/** The owner's role changes only by handing the workspace on, and the owner stays as long as they own it. */
export function requireNotOwner(member: { role: Role }, what: string): void {
  if (member.role !== "owner") return;
  throw new Problem("conflict", `The owner of a workspace cannot ${what}.`, {
    next_step: "Transfer the workspace to another member first.",
  });
}

/** Everybody keeps the workspace that is their own, and nobody owns too many. */
export function requireTransferable(workspace: string, own: string | undefined, ownedByReceiver: number): void {
  if (workspace === own) {
    throw new Problem("conflict", "This workspace is your own, and everybody keeps one.", {
      next_step: "Make another workspace to share and hand on.",
    });
  }
  if (ownedByReceiver < WORKSPACES_OWNED_MAX) return;
  throw new Problem("conflict", `Nobody owns more than ${WORKSPACES_OWNED_MAX} workspaces.`);
}
