/** The public shapes of agents. */
import Type, { type Static } from "typebox";
import { PARK_CODES } from "../gate/schema.ts";
import {
  ActorKind,
  BillingMode,
  Fields,
  Id,
  JSON_DOCUMENT_BYTES_MAX,
  JsonObject,
  Literals,
  Nullable,
  Page,
  Reason,
  TEXT_LIMITS,
  Text,
  Time,
  Usd,
} from "../kernel/schema.ts";

export const AGENT_STATUSES = ["active", "paused", "archived"] as const;
const DELIVERIES = ["pull", "push"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];
export const AgentStatus = Literals(AGENT_STATUSES, { title: "AgentStatus" });
const AGENT_TYPES = ["direct", "websocket", "http_api", "marketplace"] as const;
export const AgentType = Literals(AGENT_TYPES, { title: "AgentType" });
/** The output shows this text in place of a secret. An update that sends this text keeps the stored secret. */
export const SECRET_SHOWN = "set";
/** The highest value of `max_running_tasks`. */
const RUNNING_TASKS_MAX = 1_000;
/** The size in JSON of all configurations of one agent: room for one full document and some small ones. */
export const CONFIGS_BYTES_MAX = JSON_DOCUMENT_BYTES_MAX + 1024;
export const NAME_LENGTH_MAX = TEXT_LIMITS.name;
const EMOJI_LENGTH_MAX = 10;
const TAGS_MAX = 20;
/** The tags of an agent or of a task. */
export const Tags = Type.Array(Text(50), {
  title: "Tags",
  maxItems: TAGS_MAX,
  uniqueItems: true,
  description: "An agent may claim a task for tags when it has all of them.",
});

const StartCost = Type.Number({
  ...Usd,
  title: "StartCost",
  description: "Caps reserve it for a task without an estimate. Null: as its last attempts.",
});
const Url = Type.String({ minLength: 1, maxLength: TEXT_LIMITS.url });
const Config = Type.Record(Type.String(), Type.Unknown(), {
  description:
    "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) " +
    'is sealed, and reads "set". Mark any other secret as {"$secret": "…"}.',
});

/** The fields that a revision stores, and that clone, export and import copy. */
const configFields = {
  name: Text(NAME_LENGTH_MAX),
  description: Type.String({ maxLength: TEXT_LIMITS.text }),
  avatar_emoji: Text(EMOJI_LENGTH_MAX),
  avatar_url: Nullable(Url),
  personality: Nullable(Type.String({ maxLength: TEXT_LIMITS.text })),
  agent_type: AgentType,
  is_featured: Type.Boolean(),
  max_running_tasks: Nullable(
    Type.Integer({
      minimum: 1,
      maximum: RUNNING_TASKS_MAX,
      description: "Null means no limit.",
    }),
  ),
  tags: Tags,
  billing_mode: Nullable(BillingMode),
  default_estimated_cost_usd: Nullable(StartCost),
  llm_config: Config,
  identity_config: Config,
  moltbook_config: Config,
  connection_url: Nullable(Url),
  auth_config: Config,
  delivery: Literals(DELIVERIES, {
    title: "AgentDelivery",
    description:
      "How an agent of the type http_api gets its tasks. pull: it claims them. push: the server claims them for it and " +
      "sends each to `<connection_url>/tasks`.",
  }),
};
export const AgentConfig = Fields(configFields, { title: "AgentConfig" });
export type AgentConfig = Static<typeof AgentConfig>;

const { name, ...optionalFields } = configFields;
export const IsDefault = Type.Boolean({
  description: "At most one agent is the default. True makes this agent the default in place of the present one.",
});
export const AgentDraft = Fields({ name, ...Type.Partial(Fields(optionalFields)).properties });
export type AgentDraft = Static<typeof AgentDraft>;
export const AgentChanges = Type.Partial(AgentConfig);
export type AgentChanges = Static<typeof AgentChanges>;

export const Presence = Fields({
  state: Literals(["online", "stale", "offline"], { title: "PresenceState" }),
  last_seen_at: Nullable(Time),
  current_tasks: Type.Integer({ minimum: 0 }),
});
export type Presence = Static<typeof Presence>;

export const Agent = Fields(
  {
    id: Id,
    ...configFields,
    status: AgentStatus,
    is_active: Type.Boolean(),
    is_default: Type.Boolean(),
    total_posts: Type.Integer(),
    last_post_at: Nullable(Time),
    last_connected_at: Nullable(Time),
    last_error: Nullable(
      Type.String({
        description: "The reason why the last call of the external agent failed. Another agent sees null.",
      }),
    ),
    presence: Presence,
    parked: Nullable(
      Fields(
        { code: Literals(PARK_CODES), until: Time, fallback_model: Nullable(Type.String()) },
        {
          description:
            "The provider of its model refuses it until then. It starts nothing, or uses the fallback model.",
        },
      ),
    ),
    revision: Type.Integer({ minimum: 1, description: "The number of the newest revision." }),
    created_at: Time,
    updated_at: Time,
  },
  { title: "Agent" },
);
export type Agent = Static<typeof Agent>;
export const AgentPage = Page(Agent);

/** `late`: the lease was over before the answer came. */
export const PUSH_RESULTS = ["completed", "accepted", "failed", "late"] as const;
const PushSecret = Type.String({ description: "Signs the pushes to the agent. It is shown only this once." });
/** An agent after a change. The change that turns pushes on returns their secret. */
export const AgentWithSecret = Fields(
  { ...Agent.properties, push_secret: Type.Optional(PushSecret) },
  { title: "AgentWithSecret" },
);
export const RotatedPushSecret = Fields({
  push_secret: PushSecret,
  previous_until: Type.String({ ...Time, description: "Until then, the old secret signs too." }),
});

export const AgentRevision = Fields({
  revision: Type.Integer({ minimum: 1 }),
  config: AgentConfig,
  changed_fields: Type.Array(Type.String(), {
    description: "The fields that differ from the previous revision. The first revision lists all fields.",
  }),
  created_by: Fields({ kind: ActorKind, id: Type.String() }),
  created_at: Time,
});
export type AgentRevision = Static<typeof AgentRevision>;
export const AgentRevisionPage = Page(AgentRevision);

export const EXPORT_FORMAT = "bailiwick.agent.v1" as const;
const { is_featured, delivery, ...exportedFields } = configFields;
const warnings = Type.Array(Fields({ path: Type.String(), message: Type.String() }), {
  description: "What the export left out because it is a secret, or looks like one. Import ignores the warnings.",
});
/** The document that export returns and import reads. It has no secrets, no `is_featured` and no `delivery`, which needs a secret. */
export const AgentExport = Fields({
  format: Literals([EXPORT_FORMAT]),
  ...exportedFields,
  exported_at: Time,
  warnings,
});
export type AgentExport = Static<typeof AgentExport>;
const { name: exportedName, ...optionalExportedFields } = AgentExport.properties;
export const AgentImport = Fields({ name: exportedName, ...Type.Partial(Fields(optionalExportedFields)).properties });

export const ById = Fields({ id: Id });
export const StatusStep = Fields({ id: Id, reason: Type.Optional(Reason) });

/** The last refusal to let the agent start a task. */
const LastRefusal = Fields({ code: Type.String(), reason: Type.String(), task_id: Nullable(Id), at: Time });
export const CurrentTask = Fields({
  id: Id,
  title: Type.String(),
  status: Type.String(),
  started_at: Nullable(Time),
  lease_expires_at: Nullable(Time),
});
export type CurrentTask = Static<typeof CurrentTask>;
/** The remaining amount under one limit of the agent. */
export const Headroom = JsonObject;
export type Headroom = Static<typeof Headroom>;

export const OwnState = Fields({
  agent: Agent,
  limits: Fields({
    max_running_tasks: Agent.properties.max_running_tasks,
    running: Type.Integer({ minimum: 0 }),
    available: Nullable(
      Type.Integer({ minimum: 0, description: "How many more tasks the agent may start now. Null means any number." }),
    ),
  }),
  headroom: Type.Array(Headroom),
  last_refusal: Nullable(LastRefusal),
  current_tasks: Type.Array(CurrentTask),
});
