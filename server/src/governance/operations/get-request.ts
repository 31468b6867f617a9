import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { PolicyRequest } from "../schema.ts";
import { getRequest as getRow } from "../store/requests.ts";
import { requestToWire } from "../to-wire.ts";

export const getRequest = query({
  name: "governance.get_request",
  summary: "Read a request with its evidence.",
  route: "GET /governance/requests/{id}",
  permission: "governance:read",
  tool: false,
  input: Fields({ id: Id }),
  output: PolicyRequest,
  problems: ["not_found"],
  async run({ tx, actor }, { id }) {
    const request = await getRow(tx, id);
    if (actor.kind === "agent" && request.agent_id !== actor.id) throw notFound("request", id);
    return requestToWire(request, tx.now);
  },
});
