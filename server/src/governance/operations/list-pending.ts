import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { pageOfRequests } from "../request-page.ts";
import { RequestPage } from "../schema.ts";

export const listPending = query({
  name: "governance.list_pending",
  summary: "List the requests that wait for a decision of people, newest first.",
  route: "GET /governance/pending",
  permission: "governance:read",
  tool: false,
  input: Fields({ ...PageInput, agent_id: Type.Optional(Id) }),
  output: RequestPage,
  problems: ["forbidden"],
  run: ({ tx, actor }, { limit, cursor, agent_id }) =>
    pageOfRequests({ tx, actor }, { status: "pending", agent_id }, { limit, cursor }),
});
