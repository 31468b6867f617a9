/** Steps that several operations on agents share: insert, save and seal. */
import { uuidv7 } from "uuidv7";
import { saveDefaultEstimate } from "../caps/index.ts";
import { agentArchived, openGate, saveGate } from "../gate/index.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { nanosFromUsd } from "../kernel/money.ts";
import type { CommandContext, Outcome } from "../kernel/operation.ts";
import { findStop } from "../stops/index.ts";
import { agentCreated, agentUpdated } from "./facts.ts";
import type { Reconfigured } from "./rules.ts";
import type { Agent } from "./schema.ts";
import { SECRET_RULES, takeStoredSecrets } from "./secret-rules.ts";
import { type AgentRow, clearDefault, getAgent, insertAgent, lockAgent, saveAgent } from "./store/agents.ts";
import { deleteSecrets, insertRevision, listSecrets, lockStaleSecrets, saveSecrets } from "./store/configurations.ts";
import { toWire } from "./to-wire.ts";

/** The origin of an agent that is a copy. */
export type AgentSource = { kind: "clone"; agent_id: string } | { kind: "import" };

/**
 * Inserts an agent with its first revision. The caller called `requireRoom` first, and so holds the workspace's lock.
 */
export async function addAgent(
  context: CommandContext,
  next: Reconfigured,
  { isDefault = false, source }: { isDefault?: boolean; source?: AgentSource } = {},
): Promise<Extract<Outcome<Agent>, { kind: "changed" }>> {
  const { tx, actor, now } = context;
  const moved = isDefault ? await takeDefault(context) : [];
  const agent = await insertAgent(tx, { id: uuidv7(), config: next.config, is_default: isDefault, at: now });
  await insertRevision(tx, agent, { actor, changed_fields: next.changed_fields, at: now });
  await sealSecrets(context, agent.id, next);
  await openGate(tx, { ...causesOf(agent), stop_id: await findStop(tx, "starts") });
  if (agent.default_estimated_cost_usd !== null) await keepDefaultEstimate(tx, agent);
  const { id, name, agent_type, revision } = agent;
  const data = { name, agent_type, revision, ...(source && { source }) };
  return { kind: "changed", output: await toWire(context, agent), facts: [agentCreated(id, data), ...moved] };
}

/** Stores a configuration as the next revision of an agent. The caller holds the agent's row lock. */
export async function saveConfiguration(
  context: CommandContext,
  agent: AgentRow,
  next: Reconfigured,
): Promise<AgentRow> {
  const { tx, actor, now } = context;
  const saved = await saveAgent(tx, agent, { ...next.config, revision: agent.revision + 1 }, now);
  await insertRevision(tx, saved, { actor, changed_fields: next.changed_fields, at: now });
  await sealSecrets(context, agent.id, next);
  if (saved.max_running_tasks !== agent.max_running_tasks) await saveGate(tx, causesOf(saved));
  if (saved.default_estimated_cost_usd !== agent.default_estimated_cost_usd) await keepDefaultEstimate(tx, saved);
  return saved;
}

/** Starts read the default where they read what the agent usually costs. */
function keepDefaultEstimate(tx: Tx, { id, default_estimated_cost_usd: usd }: AgentRow): Promise<void> {
  return saveDefaultEstimate(tx, id, usd === null ? null : nanosFromUsd(usd));
}

/** The fields of an agent from which its gate is computed. */
export function causesOf({ id, status, max_running_tasks }: AgentRow) {
  return { agent_id: id, status, running_max: max_running_tasks };
}

/** Clears the default agent. The caller must lock the workspace first, before any agent. */
export async function takeDefault({ tx, now }: CommandContext): Promise<Fact[]> {
  const id = await clearDefault(tx, now);
  return id === undefined ? [] : [defaultMoved(id)];
}

export function defaultMoved(id: string): Fact {
  return agentUpdated(id, { changed_fields: ["is_default"] });
}

/** Locks the agent. Its configuration has all secrets sealed afterwards, also when an earlier version stored it. */
export async function lockSealed(context: CommandContext, id: string): Promise<AgentRow> {
  const agent = await lockAgent(context.tx, id);
  return agent.secret_rules < SECRET_RULES ? sealStored(context, agent) : agent;
}

/** Seals the secrets that older rules left in the configuration. The caller holds the agent's row lock. */
export async function sealStored(context: CommandContext, agent: AgentRow): Promise<AgentRow> {
  const { stored, given } = takeStoredSecrets(agent);
  const changes = { ...stored, secret_rules: SECRET_RULES };
  const saved = await saveAgent(context.tx, agent, changes, new Date(agent.updated_at));
  await sealSecrets(context, agent.id, { given, gone: [] });
  return saved;
}

type SecretChanges = Pick<Reconfigured, "given" | "gone">;

export async function sealSecrets(
  { tx, env }: CommandContext,
  id: string,
  { given, gone }: SecretChanges,
): Promise<void> {
  const sealed = [...given].map(([place, plain]) => ({
    place,
    sealed: env.secrets.seal(tx.workspace, sealedPlace(id, place), plain),
  }));
  await saveSecrets(tx, id, sealed);
  await deleteSecrets(tx, id, gone);
}

/** Returns the agent's secrets in the clear, by place. Use them to seal or to connect, never in an output. */
export async function openSecrets(
  { tx, env }: { tx: ReadTx; env: Pick<CommandContext["env"], "secrets"> },
  id: string,
): Promise<Map<string, string>> {
  const rows = await listSecrets(tx, id);
  return new Map(
    rows.map(({ place, sealed }) => [place, env.secrets.open(tx.workspace, sealedPlace(id, place), sealed)]),
  );
}

/** Reseals secrets that an older master key sealed. Returns how many. */
export async function resealBatch({ tx, env }: Pick<CommandContext, "tx" | "env">, atMost: number): Promise<number> {
  const stale = await lockStaleSecrets(tx, env.secrets.keyId, atMost);
  for (const { agent_id, place, sealed } of stale) {
    const at = sealedPlace(agent_id, place);
    const resealed = env.secrets.seal(tx.workspace, at, env.secrets.open(tx.workspace, at, sealed));
    await saveSecrets(tx, agent_id, [{ place, sealed: resealed }]);
  }
  return stale.length;
}

/** The place that a secret is sealed for. The secret cannot be opened at any other place. */
function sealedPlace(id: string, place: string): string {
  return `agent:${id}:${place}`;
}

/** Locks the agent. Throws when the agent does not exist or is archived. */
export async function requireAgent(tx: ReadTx, id: string): Promise<void> {
  await getAgent(tx, id);
}

export async function requireUsableAgent(tx: Tx, id: string): Promise<void> {
  const { status } = await lockAgent(tx, id);
  if (status === "archived") throw agentArchived();
}
