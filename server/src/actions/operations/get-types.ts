import Type from "typebox";
import { findActionTypes } from "../../connections/index.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, JsonObject } from "../../kernel/schema.ts";

const ActionTypeItem = Fields(
  {
    action_type: Type.String(),
    service_type: Type.String(),
    payload_schema: JsonObject,
    connection_needed: Type.Boolean(),
    connections: Type.Array(Fields({ id: Id, name: Type.String() })),
    available: Type.Boolean(),
    reason: Type.Optional(Type.String({ description: "Why it cannot be proposed now." })),
    repeats_safely: Type.Boolean({ description: "The same action sent twice has one effect." }),
    is_reversible: Type.Boolean({ description: "A person can take the effect back at the service." }),
  },
  { title: "ActionTypeItem" },
);

export const getTypes = query({
  name: "actions.get_types",
  summary: "List the types of actions with the shape of their payloads, and which of them you can propose now.",
  route: "GET /agent-actions/types",
  permission: "actions:read",
  input: Fields({}),
  output: Fields({ items: Type.Array(ActionTypeItem) }),
  problems: [],
  async run({ tx, actor }) {
    const types = await findActionTypes(tx, actor.kind === "agent" ? actor.id : undefined);
    return {
      items: types.map(({ payload_schema, ...type }) => ({ ...type, payload_schema: { ...payload_schema } })),
    };
  },
});
