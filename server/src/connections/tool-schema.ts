/** The shapes of the tools of an MCP server. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, JsonObject, Literals, Nullable, Page } from "../kernel/schema.ts";

export const TOOL_STATES = ["pinned", "changed", "gone"] as const;
const ToolState = Literals(TOOL_STATES, {
  title: "ToolState",
  description:
    "`changed`: the server describes the tool in another way. It cannot be used until a person accepts that.",
});

const DEFINITION = {
  description: Type.String(),
  payload_schema: JsonObject,
  repeats_safely: Type.Boolean(),
  is_reversible: Type.Boolean(),
};
const Definition = Fields(DEFINITION);
export type ToolDefinition = Static<typeof Definition>;

export const PinnedTool = Fields(
  {
    name: Type.String(),
    state: ToolState,
    ...DEFINITION,
    seen: Nullable(
      Fields({ digest: Type.String(), ...DEFINITION }, { description: "The changed tool, for a person to accept." }),
    ),
  },
  { title: "PinnedTool" },
);
export type PinnedTool = Static<typeof PinnedTool>;
export const PinnedToolPage = Page(PinnedTool);

export const AcceptTools = Fields({
  id: Id,
  tools: Type.Array(
    Fields({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      digest: Type.String({ minLength: 1, maxLength: 100, description: "Of the change that you saw: `seen.digest`." }),
    }),
    { minItems: 1, maxItems: 200 },
  ),
});

/** The columns of `connection_tools`, besides the connection. */
export const ToolColumns = Fields({
  name: Type.String(),
  state: ToolState,
  digest: Type.String(),
  definition: Definition,
  seen_digest: Nullable(Type.String()),
  seen: Nullable(Definition),
});
export type ToolRow = Static<typeof ToolColumns>;
export const TOOL_COLUMNS = columnsOf(ToolColumns);

export function toolToWire({ seen, ...row }: ToolRow): PinnedTool {
  const change = seen === null ? null : { digest: row.seen_digest ?? "", ...seen };
  return { name: row.name, state: row.state, ...row.definition, seen: change };
}
