import { uuidv7 } from "uuidv7";
import { chooseConnection, validatePayload } from "../../connections/index.ts";
import type { ServiceType } from "../../connections/schema.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { nanosFromUsd } from "../../kernel/money.ts";
import { type CommandContext, changed, command } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import type { InputOf } from "../../kernel/schema.ts";
import { findStop } from "../../stops/index.ts";
import { requireParty, requireTask, waitForAction } from "../../tasks/index.ts";
import { reserveOf } from "../decisions.ts";
import { notifyOf } from "../end-action.ts";
import { about, actionApproved, actionProposed, actionRejected, whatOf } from "../facts.ts";
import { hashOf } from "../payload.ts";
import { Action, type ActionRow, NewAction, PENDING_MAX, PENDING_OF_AGENT_MAX } from "../schema.ts";
import { countUse, type Standing, standingOf } from "../standing.ts";
import { countPending, insertAction, readClock } from "../store/actions.ts";
import { lockProposals } from "../store/standing.ts";
import { actionToWire } from "../to-wire.ts";
import { dueAfter } from "../tool-calls.ts";

export const proposeAction = command({
  name: "actions.propose",
  summary:
    "Propose an effect outside, such as a message, an issue or a request. People decide on exactly what will run.",
  description:
    "actions.get_types has the types that you can propose. The action runs once after an approval. You get a message at " +
    "its end; actions.get has its state. A standing rule of people may decide at once.",
  route: "POST /agent-actions",
  status: 201,
  permission: "actions:write",
  input: NewAction,
  output: Action,
  problems: [
    "forbidden",
    "not_found",
    "unknown_action_type",
    "not_connected",
    "agent_paused",
    "not_assignee",
    "illegal_step",
    "lease_lost",
    "conflict",
  ],
  async run({ tx, actor, env }, input) {
    if (actor.kind !== "agent") throw new Problem("forbidden", "Only agents propose actions.");
    // First, because a proposal locks tasks, messages and caps later.
    await lockProposals(tx);
    const { action_type, service_type, payload, connection_id } = input;
    const chosen = await chooseConnection(tx, { action_type, service_type, connection_id, agent_id: actor.id });
    // `chooseConnection` has found the service.
    validatePayload(service_type as ServiceType, chosen.type, payload);
    const through = { connection_id: chosen.connection?.id ?? null, target: chosen.target };
    return propose({ tx, actor, publicUrl: env.publicUrl }, input, through);
  },
});

type Proposing = Pick<CommandContext, "tx" | "actor">;

interface Through {
  connection_id: string | null;
  target: string;
}

/**
 * Stores a proposal of an agent that fits its type, decided by a rule or a bypass where one covers it. The caller has locked
 * the proposals.
 */
export async function propose(
  { tx, actor, publicUrl }: Proposing & { publicUrl: string },
  input: InputOf<typeof NewAction>,
  through: Through,
) {
  const action = await newAction({ tx, actor }, input, through);
  const standing = action.held_since === null ? await standingOf(tx, action, new Date(action.created_at)) : undefined;
  return decide({ tx, actor, publicUrl }, action, standing);
}

async function newAction(
  { tx, actor }: Proposing,
  input: InputOf<typeof NewAction>,
  { connection_id, target }: Through,
): Promise<ActionRow> {
  const { action_type, service_type, payload, task_id = null, amount_usd, ...rest } = input;
  if (task_id === null && rest.holds_task) throw invalid("/task_id", "is required with holds_task.");
  if (task_id !== null) await requireParty(tx, task_id, actor);
  const root_task_id = task_id === null ? null : (await requireTask(tx, task_id)).root_task_id;
  await requireRoom(tx, actor.id);
  const at = await readClock(tx);
  const created_at = at.toISOString();
  const isStopped = (await findStop(tx, "actions", { agent_id: actor.id, root_task_id })) !== null;
  return {
    id: uuidv7(),
    agent_id: actor.id,
    key_id: actor.key_id,
    action_type,
    service_type,
    connection_id,
    task_id,
    root_task_id,
    holds_task: rest.holds_task,
    payload,
    payload_hash: hashOf(payload),
    proposed_payload: null,
    reasoning: rest.reasoning ?? null,
    confidence: rest.confidence ?? null,
    amount_nanos: amountOf(amount_usd),
    expires_at: new Date(at.getTime() + rest.expires_in_seconds * 1_000).toISOString(),
    held_since: isStopped ? created_at : null,
    created_at,
    ...UNDECIDED,
    approved_target: target,
  };
}

/** Throws when the workspace or the agent has as many pending actions as it may have. */
async function requireRoom(tx: Tx, agentId: string): Promise<void> {
  const { of_workspace, of_agent } = await countPending(tx, agentId, PENDING_MAX);
  const next_step = "Wait until people have decided.";
  if (of_workspace >= PENDING_MAX)
    throw new Problem("conflict", `${PENDING_MAX} actions wait for people in this workspace, which is the most.`, {
      next_step,
    });
  if (of_agent >= PENDING_OF_AGENT_MAX)
    throw new Problem("conflict", `${PENDING_OF_AGENT_MAX} of your actions wait for people, which is the most.`, {
      next_step,
    });
}

/** An amount below a nano-dollar is none. */
function amountOf(usd: number | undefined): bigint | null {
  const nanos = usd === undefined ? 0n : nanosFromUsd(usd);
  return nanos === 0n ? null : nanos;
}

const UNDECIDED = {
  status: "pending",
  is_confirmed: false,
  rule_id: null,
  bypass_id: null,
  decided_by: null,
  decided_at: null,
  decision_reason: null,
  attempts: 0,
  tries: 0,
  retries: 0,
  attempt_log: [],
  due_at: null,
  lookups: 0,
  repeats_safely: false,
  result: null,
  receipt: null,
  error_message: null,
  executed_at: null,
  finished_at: null,
} satisfies Partial<ActionRow>;

/** Stores the action as the rule or the bypass decides. Locks tasks, then messages, then caps. */
async function decide(
  { tx, actor, publicUrl }: Proposing & { publicUrl: string },
  action: ActionRow,
  standing: Standing | undefined,
) {
  const at = new Date(action.created_at);
  const { id, action_type: name, task_id, holds_task, amount_nanos } = action;
  const isRejected = standing?.decision === "reject";
  const holds = holds_task && task_id !== null && !isRejected;
  const waits = holds ? await waitForAction(tx, { task_id, action_id: id, name }, actor, at) : [];
  const isRefused =
    standing?.decision === "approve" && amount_nanos !== null && (await isAboveCap(tx, action, publicUrl));
  const used = isRefused ? undefined : standing;
  const decided = used ? withDecision(action, used) : action;
  await insertAction(tx, decided);
  if (used) await countUse(tx, used, at);
  const proposed = actionProposed(
    id,
    {
      ...whatOf(action),
      holds_task,
      amount_usd: actionToWire(action, at).amount_usd,
      expires_at: action.expires_at,
      ...(used && { is_decided: true }),
    },
    about(action),
  );
  const notices = isRejected ? await notifyOf(tx, decided, at) : [];
  return changed(actionToWire(decided, at), proposed, ...waits, ...decisionFacts(decided, used), ...notices);
}

/** With an amount above a cap, a person decides. */
async function isAboveCap(tx: Tx, action: ActionRow, publicUrl: string): Promise<boolean> {
  try {
    await reserveOf(tx, action, new Date(action.created_at), publicUrl);
    return false;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "blocked") throw error;
    return true;
  }
}

function withDecision(action: ActionRow, { decision, rule, bypass }: Standing): ActionRow {
  const by = { rule_id: rule?.id ?? null, bypass_id: bypass?.id ?? null, decided_at: action.created_at };
  return decision === "approve"
    ? { ...action, ...by, status: "approved", due_at: dueAfter(action, new Date(action.created_at)) }
    : { ...action, ...by, status: "rejected", finished_at: action.created_at };
}

function decisionFacts(action: ActionRow, standing: Standing | undefined): Fact[] {
  if (!standing) return [];
  const { id, rule_id, bypass_id } = action;
  const data = { ...whatOf(action), rule_id, bypass_id, decided_by: null, reason: null };
  if (standing.decision === "reject") return [actionRejected(id, data, about(action))];
  return [actionApproved(id, { ...data, is_changed: false, is_own: false }, about(action))];
}
