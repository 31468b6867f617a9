/** The operations on sign-in, sessions and permissions. */
import type { Operation } from "../kernel/operation.ts";
import { listPermissions } from "./operations/list-permissions.ts";
import { listOwnSessions } from "./operations/list-sessions.ts";
import { logout } from "./operations/logout.ts";
import { me } from "./operations/me.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
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
  listPermissions,
];
