/** Facts of connections. No fact has a configuration or a secret. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Nullable } from "../kernel/schema.ts";
import { ServiceType } from "./schema.ts";

const named = { name: Type.String(), service_type: ServiceType };

export const connectionCreated = factType({
  type: "connection.created",
  subject: "connection",
  meaning: "A service was connected.",
  data: Fields(named),
});
export const connectionUpdated = factType({
  type: "connection.updated",
  subject: "connection",
  meaning: "A connection was changed.",
  data: Fields({ ...named, changed_fields: Type.Array(Type.String()) }),
});
export const connectionTested = factType({
  type: "connection.tested",
  subject: "connection",
  meaning: "A connection was tested.",
  data: Fields({ ...named, ok: Type.Boolean(), message: Type.String() }),
});
export const connectionDisconnected = factType({
  type: "connection.disconnected",
  subject: "connection",
  meaning: "A service was disconnected, and its secret deleted.",
  data: Fields({ ...named, reason: Nullable(Type.String()) }),
});

export const connectionToolsChanged = factType({
  type: "connection.tools_changed",
  subject: "connection",
  meaning:
    "An MCP server describes tools in another way, or has them no more. They cannot be used until a person accepts that.",
  data: Fields({ ...named, tools: Type.Array(Type.String()) }),
});
export const connectionToolsAccepted = factType({
  type: "connection.tools_accepted",
  subject: "connection",
  meaning: "A person accepted changed tools of an MCP server.",
  data: Fields({ ...named, tools: Type.Array(Type.String()) }),
});

export const CONNECTION_FACTS = [
  connectionCreated,
  connectionUpdated,
  connectionTested,
  connectionDisconnected,
  connectionToolsChanged,
  connectionToolsAccepted,
] as const;
