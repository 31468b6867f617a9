/** The operations on workspaces, members and invitations. */
import type { Operation } from "../kernel/operation.ts";
import { acceptInvitation } from "./operations/accept-invitation.ts";
import { createInvitation } from "./operations/create-invitation.ts";
import { createWorkspace } from "./operations/create-workspace.ts";
import { leaveWorkspace } from "./operations/leave-workspace.ts";
import { listInvitations } from "./operations/list-invitations.ts";
import { listMembers } from "./operations/list-members.ts";
import { listWorkspaces } from "./operations/list-workspaces.ts";
import { previewInvitation } from "./operations/preview-invitation.ts";
import { removeMember } from "./operations/remove-member.ts";
import { revokeInvitation } from "./operations/revoke-invitation.ts";
import { transferWorkspace } from "./operations/transfer-workspace.ts";
import { updateMember } from "./operations/update-member.ts";
import { updateWorkspace } from "./operations/update-workspace.ts";

export const WORKSPACE_OPERATIONS: readonly Operation[] = [
  listWorkspaces,
  createWorkspace,
  updateWorkspace,
  transferWorkspace,
  listMembers,
  updateMember,
  removeMember,
  leaveWorkspace,
  createInvitation,
  listInvitations,
  revokeInvitation,
  previewInvitation,
  acceptInvitation,
];
