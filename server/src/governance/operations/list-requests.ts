import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { pageOfRequests } from "../request-page.ts";
import { RequestPage, RequestStatus } from "../schema.ts";

export const listRequests = query({
  name: "governance.list_requests",
  summary: "List requests for changes of limits, newest first, with their evidence and what became of them.",
  description: "An agent sees its own requests.",
  route: "GET /governance/requests",
  permission: "governance:read",
  input: Fields({ ...PageInput, status: Type.Optional(RequestStatus), agent_id: Type.Optional(Id) }),
  output: RequestPage,
  problems: ["forbidden"],
  run: ({ tx, actor }, { limit, cursor, ...filters }) => pageOfRequests({ tx, actor }, filters, { limit, cursor }),
});
