import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { sessionRevoked } from "../facts.ts";
import { requireOwnWorkspace } from "../rules.ts";
import { findOwnWorkspace } from "../store/people.ts";
import { revokeOtherSessions as revokeRows } from "../store/sessions.ts";

export const revokeOtherSessions = command({
  name: "auth.revoke_other_sessions",
  summary: "End all your other sessions. They are signed out at once.",
  route: "POST /auth/sessions/revoke-others",
  permission: "sessions:write",
  pastQuota: "passes",
  tool: false,
  changesCredentials: true,
  input: Fields({}),
  output: Fields({ revoked: Type.Integer({ description: "How many sessions were ended." }) }),
  problems: ["unauthenticated", "conflict"],
  async run({ tx, actor }) {
    requireOwnWorkspace(actor, await findOwnWorkspace(tx, actor.id));
    const kept = actor.session_id;
    const revoked = await revokeRows(tx, actor.id, kept);
    // Two sessions ended each other at the same time, and this one came second.
    if (revoked === null) throw new Problem("unauthenticated", "This session has ended.");
    if (revoked === 0) return unchanged({ revoked });
    // One fact for all sessions, because a person may have any number of them.
    const data = { reason: "others" as const, count: revoked, kept_session_id: kept };
    return changed({ revoked }, sessionRevoked({ kind: "user", id: actor.id }, data));
  },
});
