/** Every operation of identity. */
import type { Operation } from "../kernel/operation.ts";
import { createKey } from "./operations/create-key.ts";
import { createWorkspace } from "./operations/create-workspace.ts";
import { listWorkspaceKeys } from "./operations/list-keys.ts";
import { listWorkspaceMembers } from "./operations/list-members.ts";
import { listOwnSessions } from "./operations/list-sessions.ts";
import { listOwnWorkspaces } from "./operations/list-workspaces.ts";
import { logout } from "./operations/logout.ts";
import { me } from "./operations/me.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { revokeKey } from "./operations/revoke-key.ts";
import { revokeOtherOwnSessions } from "./operations/revoke-other-sessions.ts";
import { revokeOwnSession } from "./operations/revoke-session.ts";
import { updateMe } from "./operations/update-me.ts";
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
  revokeKey,
  listOwnWorkspaces,
  createWorkspace,
  listWorkspaceMembers,
];
