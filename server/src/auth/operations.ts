/** The operations on sign-in, sessions and permissions. */
import type { Operation } from "../kernel/operation.ts";
import { getMe } from "./operations/get-me.ts";
import { listPermissions } from "./operations/list-permissions.ts";
import { listSessions } from "./operations/list-sessions.ts";
import { logOut } from "./operations/log-out.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { revokeOtherSessions } from "./operations/revoke-other-sessions.ts";
import { revokeSession } from "./operations/revoke-session.ts";
import { updateMe } from "./operations/update-me.ts";
import { verifyLink } from "./operations/verify-link.ts";

export const AUTH_OPERATIONS: readonly Operation[] = [
  requestMagicLink,
  verifyLink,
  getMe,
  updateMe,
  logOut,
  listSessions,
  revokeSession,
  revokeOtherSessions,
  listPermissions,
];
