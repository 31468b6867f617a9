/** Facts of agents. */
import Type from "typebox";
import { PARK_CODES } from "../gate/schema.ts";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";
import { Agent, PUSH_RESULTS } from "./schema.ts";

const { name, agent_type, revision, status } = Agent.properties;
const changed_fields = Type.Array(Type.String());

export const agentCreated = factType({
  type: "agent.created",
  subject: "agent",
  meaning: "An agent was created, cloned or imported.",
  data: Fields({
    name,
    agent_type,
    revision,
    source: Type.Optional(
      Type.Union([Fields({ kind: Literals(["clone"]), agent_id: Id }), Fields({ kind: Literals(["import"]) })]),
    ),
  }),
});

export const agentUpdated = factType({
  type: "agent.updated",
  subject: "agent",
  meaning: "The configuration of an agent changed, or whether it is the default.",
  data: Fields({ changed_fields, revision: Type.Optional(revision) }),
});

const StatusChange = Fields({ from: status, to: status, reason: Nullable(Type.String()) });

export const agentPaused = factType({
  type: "agent.paused",
  subject: "agent",
  meaning: "An agent was paused.",
  data: StatusChange,
});

export const agentResumed = factType({
  type: "agent.resumed",
  subject: "agent",
  meaning: "A paused agent was resumed.",
  data: StatusChange,
});

export const agentArchived = factType({
  type: "agent.archived",
  subject: "agent",
  meaning: "An agent was archived.",
  data: StatusChange,
});

export const agentParked = factType({
  type: "agent.parked",
  subject: "agent",
  meaning: "The provider of the agent's model refused it. It starts nothing until then, or uses the fallback model.",
  data: Fields({ code: Literals(PARK_CODES), until: Time, fallback_model: Nullable(Type.String()) }),
});

export const agentRestored = factType({
  type: "agent.restored",
  subject: "agent",
  meaning: "An agent got back an earlier configuration, as a new revision.",
  data: Fields({ restored_revision: revision, revision, changed_fields }),
});

export const secretsResealed = factType({
  type: "secrets.resealed",
  subject: "workspace",
  meaning: "Secrets of the workspace were sealed again under a new master key.",
  data: Fields({ key_id: Type.String(), secrets: Type.Integer(), answers: Type.Integer() }),
});

export const secretsSealed = factType({
  type: "secrets.sealed",
  subject: "workspace",
  meaning: "Secrets that an earlier version had stored in the clear were sealed. Revisions keep only the mark.",
  data: Fields({ agents: Type.Integer(), revisions: Type.Integer() }),
});

export const agentTested = factType({
  type: "agent.tested",
  subject: "agent",
  meaning: "The connection to an external agent was tested.",
  data: Fields({ ok: Type.Boolean(), message: Type.String(), response_status: Nullable(Type.Integer()) }),
});

export const agentConnectionReported = factType({
  type: "agent.connection_reported",
  subject: "agent",
  meaning: "An agent or a person said that an external agent is connected, or why it is not.",
  data: Fields({ connected: Type.Boolean(), error: Nullable(Type.String()) }),
});

export const pushSecretRotated = factType({
  type: "agent.push_secret_rotated",
  subject: "agent",
  meaning: "The pushes to an agent got a new secret. The old secret signs too until then.",
  data: Fields({ previous_until: Time }),
});

export const agentPushed = factType({
  type: "agent.pushed",
  subject: "agent",
  meaning: "A task was sent to a push agent: it answered with the result, accepted the task, or the push failed.",
  data: Fields({
    task_id: Id,
    fence: Type.Integer(),
    result: Literals(PUSH_RESULTS),
    response_status: Nullable(Type.Integer()),
    error: Nullable(Type.String()),
  }),
});

export const AGENT_FACTS = [
  pushSecretRotated,
  agentPushed,
  agentTested,
  agentConnectionReported,
  agentCreated,
  agentUpdated,
  agentPaused,
  agentResumed,
  agentArchived,
  agentRestored,
  agentParked,
  secretsResealed,
  secretsSealed,
] as const;
