import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { sessionRevoked } from "../facts.ts";
import { requireOwnWorkspace } from "../rules.ts";
import { findOwnWorkspace } from "../store/people.ts";
import { revokeSession as revokeRow } from "../store/sessions.ts";

export const revokeSession = command({
  name: "auth.revoke_session",
  summary: "End one of your sessions. It is signed out at once.",
  route: "POST /auth/sessions/{id}/revoke",
  permission: "sessions:write",
  pastQuota: "passes",
  tool: false,
  changesCredentials: true,
  input: Fields({ id: Id }),
  output: Fields({ id: Id }),
  problems: ["not_found", "conflict"],
  async run({ tx, actor }, { id }) {
    requireOwnWorkspace(actor, await findOwnWorkspace(tx, actor.id));
    const wasOpen = await revokeRow(tx, actor.id, id);
    if (wasOpen === undefined) throw new Problem("not_found", `You have no session ${id}.`);
    if (!wasOpen) return unchanged({ id });
    return changed({ id }, sessionRevoked({ kind: "session", id }, { reason: "revoked" }));
  },
});
