import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { ActionPage } from "../schema.ts";
import { pageOfActions } from "../visible.ts";

export const listPending = query({
  name: "actions.list_pending",
  summary: "List the actions that wait for a decision of people, newest first.",
  route: "GET /agent-actions/pending",
  permission: "actions:read",
  tool: false,
  input: Fields({ ...PageInput, agent_id: Type.Optional(Id) }),
  output: ActionPage,
  problems: ["forbidden"],
  run: ({ tx, actor }, { limit, cursor, agent_id }) =>
    pageOfActions({ tx, actor }, { status: "pending", agent_id }, { limit, cursor }),
});
