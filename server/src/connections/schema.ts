/** The shapes of connections, in the database and on the wire. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, JsonObject, Literals, Nullable, Page, Reason, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

/** The most connections of one workspace that are not disconnected, and with those. */
export const CONNECTIONS_MAX = 50;
export const KEPT_MAX = 1_000;
export const SECRET_LENGTH_MAX = 10_000;
const AGENTS_MAX = 200;
export const LAST_ERROR_LENGTH_MAX = 500;

export const SERVICE_TYPES = ["http", "email", "slack", "github", "moltbook", "mcp", "anthropic", "openai"] as const;
export type ServiceType = (typeof SERVICE_TYPES)[number];
export const ServiceType = Literals(SERVICE_TYPES, { title: "ServiceType" });
export const CATEGORIES = ["connect", "know", "do", "automate", "protect", "scale"] as const;
export type Category = (typeof CATEGORIES)[number];
const Category = Literals(CATEGORIES, { title: "ConnectionCategory" });
export const STATUSES = ["connected", "error", "disconnected"] as const;
export const ConnectionStatus = Literals(STATUSES, {
  title: "ConnectionStatus",
  description: "`error`: the last test or the last use failed. Agents may still use it.",
});

const Config = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
  description:
    "http: `{base_url, repeats_safely?}`, where repeats_safely says that the same Idempotency-Key twice has one effect. " +
    "github, anthropic, openai: `{base_url?}`, the address of the provider without it. mcp: `{url}`. email: `{from}`. slack: none.",
});
const Secret = Text(SECRET_LENGTH_MAX, {
  description:
    "http: the token, or the whole value of the header Authorization. github, mcp: the token. anthropic, openai: the key of the provider. slack: the address of the " +
    "incoming webhook. email: smtps://user:password@host, or none for the mail server of this installation. Never shown again.",
});
const AgentIds = Nullable(
  Type.Array(Id, {
    maxItems: AGENTS_MAX,
    uniqueItems: true,
    description: "The agents that may use the connection. Null: all agents.",
  }),
);
const Name = Text(TEXT_LIMITS.name);

export const Connection = Fields(
  {
    id: Id,
    service_type: ServiceType,
    name: Type.String(),
    category: Category,
    status: ConnectionStatus,
    action_types: Type.Array(Type.String(), { description: "The actions that agents can propose with it." }),
    created_at: Time,
    config: Type.Optional(JsonObject),
    secret: Type.Optional(Nullable(Literals(["set"]))),
    scopes_granted: Type.Optional(
      Type.Array(Type.String(), { description: "The rights of the token, where the service names them." }),
    ),
    agent_ids: Type.Optional(AgentIds),
    usage_count: Type.Optional(Type.Integer()),
    last_used_at: Type.Optional(Nullable(Time)),
    last_error: Type.Optional(Nullable(Type.String())),
  },
  { title: "Connection", description: "An agent sees only the fields that are always there." },
);
export type Connection = Static<typeof Connection>;
export const ConnectionPage = Page(Connection);

export const NewConnection = Fields({
  service_type: ServiceType,
  name: Name,
  category: Type.Optional(Category),
  config: Type.Optional(Config),
  secret: Type.Optional(Secret),
  agent_ids: Type.Optional(AgentIds),
});
export const ConnectionChange = Fields({
  id: Id,
  name: Type.Optional(Name),
  category: Type.Optional(Category),
  config: Type.Optional(Config),
  secret: Type.Optional(Secret),
  agent_ids: Type.Optional(AgentIds),
});
export const ById = Fields({ id: Id });
export const Disconnect = Fields({ id: Id, reason: Type.Optional(Reason) });

export const Tested = Fields({
  ok: Type.Boolean(),
  message: Type.String(),
  checked_at: Time,
});

/** The columns of `connections`. */
export const ConnectionColumns = Fields({
  id: Id,
  service_type: ServiceType,
  name: Type.String(),
  category: Category,
  status: ConnectionStatus,
  config: JsonObject,
  sealed_secret: Nullable(Type.String()),
  secret_number: Type.Integer(),
  scopes_granted: Type.Array(Type.String()),
  agent_ids: Nullable(Type.Array(Id)),
  usage_count: Type.Integer(),
  last_used_at: Nullable(Time),
  last_error: Nullable(Type.String()),
  created_at: Time,
});
export type ConnectionRow = Static<typeof ConnectionColumns>;
export const CONNECTION_COLUMNS = columnsOf(ConnectionColumns);
