import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { ActionPage, ActionStatus, ActionTypeName } from "../schema.ts";
import { pageOfActions } from "../visible.ts";

export const listActions = query({
  name: "actions.list",
  summary: "List actions, newest first, with their payloads and what became of them.",
  description: "An agent sees its own actions.",
  route: "GET /agent-actions",
  permission: "actions:read",
  input: Fields({
    ...PageInput,
    status: Type.Optional(ActionStatus),
    agent_id: Type.Optional(Id),
    task_id: Type.Optional(Id),
    action_type: Type.Optional(ActionTypeName),
  }),
  output: ActionPage,
  problems: ["forbidden"],
  run: ({ tx, actor }, { limit, cursor, ...filters }) => pageOfActions({ tx, actor }, filters, { limit, cursor }),
});
