import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id, Reason } from "../../kernel/schema.ts";
import { endGrant } from "../ended.ts";
import { grantRevoked } from "../facts.ts";
import { requireUsable } from "../grant-rules.ts";
import { about } from "../open-request.ts";
import { Grant, type GrantRow } from "../schema.ts";
import { lockGrant, saveGrant } from "../store/grants.ts";
import { readClock } from "../store/requests.ts";
import { grantToWire } from "../to-wire.ts";

export const revokeGrant = command({
  name: "governance.revoke_grant",
  summary: "End a grant at once. What the agent changed with it stays; governance.rollback restores it.",
  route: "POST /governance/delegations/{id}/revoke",
  permission: "governance:write",
  pastQuota: "passes",
  input: Fields({ id: Id, reason: Type.Optional(Reason) }),
  output: Grant,
  problems: ["not_found", "expired", "revoked", "used_up", "forbidden"],
  async run({ tx, actor }, { id, reason = null }) {
    if (actor.kind !== "user") throw new Problem("forbidden", "Only people revoke grants.");
    const grant = await lockGrant(tx, id);
    const at = await readClock(tx);
    const ended = await endGrant(tx, grant, at);
    if (ended) return ended;
    requireUsable(grant, at);
    const revoked_at = at.toISOString();
    const revoked: GrantRow = { ...grant, status: "revoked", revoked_at, revoked_by: actor.id };
    await saveGrant(tx, revoked);
    const data = { grant_id: id, policy_id: grant.policy_id, revoked_by: actor.id, revoked_at, reason };
    return changed(grantToWire(revoked, at), grantRevoked(id, data, about(grant)));
  },
});
