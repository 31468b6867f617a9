/** Every operation of identity. */
import type { Operation } from "../kernel/operation.ts";
import { acceptInvitation } from "./operations/accept-invitation.ts";
import { adoptKey } from "./operations/adopt-key.ts";
import { createInvitation } from "./operations/create-invitation.ts";
import { createKey } from "./operations/create-key.ts";
import { createWorkspace } from "./operations/create-workspace.ts";
import { getWorkspaceKey } from "./operations/get-key.ts";
import { leaveWorkspace } from "./operations/leave-workspace.ts";
import { listInvitations } from "./operations/list-invitations.ts";
import { listWorkspaceKeys } from "./operations/list-keys.ts";
import { listWorkspaceMembers } from "./operations/list-members.ts";
import { listPermissions } from "./operations/list-permissions.ts";
import { listOwnSessions } from "./operations/list-sessions.ts";
import { listOwnWorkspaces } from "./operations/list-workspaces.ts";
import { logout } from "./operations/logout.ts";
import { me } from "./operations/me.ts";
import { removeMember } from "./operations/remove-member.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { revokeInvitation } from "./operations/revoke-invitation.ts";
import { revokeKey } from "./operations/revoke-key.ts";
import { revokeOtherOwnSessions } from "./operations/revoke-other-sessions.ts";
import { revokeOwnSession } from "./operations/revoke-session.ts";
import { rotateKey } from "./operations/rotate-key.ts";
import { transferWorkspace } from "./operations/transfer-workspace.ts";
import { updateMe } from "./operations/update-me.ts";
import { updateMember } from "./operations/update-member.ts";
import { updateWorkspace } from "./operations/update-workspace.ts";
import { verify } from "./operations/verify.ts";

export const AUTH_OPERATIONS: readonly Operation[] = [
  requestMagicLink,
  verify,
  me,
  updateMe,
  logout,
  listOwnSessions,
  revokeOwnSession,
  revokeOtherOwnSessions,
  createKey,
  listWorkspaceKeys,
  getWorkspaceKey,
  rotateKey,
  adoptKey,
  revokeKey,
  listOwnWorkspaces,
  createWorkspace,
  updateWorkspace,
  transferWorkspace,
  listWorkspaceMembers,
  updateMember,
  removeMember,
  leaveWorkspace,
  createInvitation,
  listInvitations,
  revokeInvitation,
  acceptInvitation,
  listPermissions,
];
