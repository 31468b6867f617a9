import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id, Reason } from "../../kernel/schema.ts";
import { denyLate } from "../ended.ts";
import { requestDenied } from "../facts.ts";
import { about } from "../open-request.ts";
import { requireOpen } from "../rules.ts";
import { PolicyRequest, type RequestRow } from "../schema.ts";
import { lockRequest, readClock, saveDecision } from "../store/requests.ts";
import { requestToWire } from "../to-wire.ts";

export const denyRequest = command({
  name: "governance.deny",
  summary: "Deny a request. The limit stays as it is.",
  description: "A denial after the end of the request is kept as a note, and the answer is `expired`.",
  route: "POST /governance/deny/{id}",
  permission: "governance:write",
  pastQuota: "passes",
  input: Fields({ id: Id, reason: Type.Optional(Reason) }),
  output: PolicyRequest,
  problems: ["not_found", "already_decided", "expired", "forbidden"],
  async run({ tx, actor }, { id, reason = null }) {
    if (actor.kind !== "user") throw new Problem("forbidden", "Only people decide about requests.");
    const request = await lockRequest(tx, id);
    const at = await readClock(tx);
    const late = await denyLate(tx, request, { at, reason, by: actor.id });
    if (late) return late;
    requireOpen(request, "deny");
    const denied: RequestRow = {
      ...request,
      status: "denied",
      reviewed_by: actor.id,
      reviewed_at: at.toISOString(),
      review_reason: reason,
    };
    await saveDecision(tx, denied);
    const data = { request_id: id, policy_id: request.policy_id, reason, denied_by: actor.id };
    return changed(requestToWire(denied, at), requestDenied(id, data, about(request)));
  },
});
