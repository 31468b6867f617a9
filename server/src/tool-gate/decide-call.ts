/** Decides about one call for every door: by the rules, then by the people who answer the action of the call. */
import {
  expireAction,
  hashOf,
  isOver,
  lockAction,
  lockProposals,
  propose,
  readClock,
  TOOL_CALL,
  TOOL_CALL_TARGET,
  useToolCall,
} from "../actions/index.ts";
import type { Action } from "../actions/schema.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { changed, type Outcome, unchanged } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { JSON_DOCUMENT_BYTES_MAX } from "../kernel/schema.ts";
import { type DecidedData, gateDecided } from "./facts.ts";
import {
  allowed,
  type Decided,
  decidedBy,
  denied,
  FACTS_PER_MINUTE,
  REJECTED_MS,
  rejected,
  TOO_LARGE,
  unruled,
  waiting,
} from "./rules.ts";
import type { Answer, Call, Door } from "./schema.ts";
import { type CallKey, closeCall, findOpenCall, insertCall, lockCall } from "./store/calls.ts";
import { listGateRules } from "./store/rule-rows.ts";
import { addDecision } from "./store/tallies.ts";

export interface Deciding {
  tx: Tx;
  actor: Actor;
  publicUrl: string;
}

export interface Question {
  call: Call;
  door: Door;
  /** The session and the folder of the client, for the person who decides. */
  about: string;
}

/** A rule decides before an approval: what a rule forbids now, an earlier approval does not allow. */
export async function decideCall(deciding: Deciding, question: Question): Promise<Outcome<Answer>> {
  const { tx, actor } = deciding;
  if (actor.kind !== "agent") throw new Problem("forbidden", "Only agents ask the gate about calls.");
  const { call, door } = question;
  const decided = decidedBy(await listGateRules(tx), call, actor.id);
  const rule = decided.enforced;
  const note = noteOf(question, decided);
  switch (rule?.decision) {
    case "deny":
      return settled(deciding, denied(rule), { ...note, decision: "deny" });
    case "allow":
      return settled(deciding, allowed(null, null), { ...note, decision: "allow" });
    default:
      if (rule || door === "prompt") return askPeople(deciding, question, note);
      if (!decided.shadow) return unchanged(unruled);
      return settled(deciding, unruled, note);
  }
}

function noteOf({ call, door }: Question, { enforced, shadow }: Decided): DecidedData {
  return {
    door,
    tool_name: call.tool_name,
    decision: "none",
    cause: enforced || door === "hook" ? "rule" : "prompt",
    rule_id: enforced?.id ?? null,
    shadow_decision: shadow?.decision ?? null,
    shadow_rule_id: shadow?.id ?? null,
    action_id: null,
    call_hash: null,
    count: 1,
  };
}

/** Counts the decision, and stores its fact unless there were many of its kind in this minute. */
async function settled(
  { tx, actor }: Deciding,
  answer: Answer,
  data: DecidedData,
  facts: readonly Fact[] = [],
): Promise<Outcome<Answer>> {
  const { door, decision, cause, rule_id, shadow_rule_id } = data;
  const kind = [door, decision, cause, rule_id, shadow_rule_id].join(" ");
  const count = await addDecision(tx, actor.id, kind, data);
  const own = count <= FACTS_PER_MINUTE ? [gateDecided(actor.id, data)] : [];
  const [first, ...more] = [...facts, ...own];
  return first ? changed(answer, first, ...more) : unchanged(answer);
}

/** An equal call finds the action that is open, and uses its decision. */
async function askPeople(deciding: Deciding, question: Question, note: DecidedData): Promise<Outcome<Answer>> {
  const { tx, actor } = deciding;
  const payload = { tool_name: question.call.tool_name, tool_input: { ...question.call.input } };
  if (Buffer.byteLength(JSON.stringify(payload)) > JSON_DOCUMENT_BYTES_MAX)
    return settled(deciding, TOO_LARGE, { ...note, decision: "deny", cause: "size" });
  const key = { agent_id: actor.id, call_hash: hashOf(payload) };
  const noted = { ...note, call_hash: key.call_hash };
  await lockCall(tx, key);
  await lockProposals(tx);
  const open = await findOpenCall(tx, key);
  if (open === undefined) return openCall(deciding, { question, payload, key, note: noted });
  const action = await lockAction(tx, open);
  const at = await readClock(tx);
  const time = at.toISOString();
  const again = async (facts: readonly Fact[] = []) => {
    await closeCall(tx, open, time);
    return openCall(deciding, { question, payload, key, note: noted }, facts);
  };
  const about = { ...noted, action_id: open, cause: "person" } as const;
  switch (action.status) {
    case "pending":
      return isOver(action, at) ? again(await expireAction(tx, action, at)) : unchanged(waiting(open));
    case "approved": {
      if (action.held_since !== null) return unchanged(waiting(open));
      const fact = await useToolCall(tx, action, at);
      await closeCall(tx, open, time);
      return settled(deciding, allowed(open, editedInput(action)), { ...about, decision: "allow" }, [fact]);
    }
    case "rejected":
      if (at.getTime() - Date.parse(action.decided_at ?? "") > REJECTED_MS) return again();
      return settled(deciding, rejected(open, action.decision_reason), { ...about, decision: "deny" });
    default:
      return again();
  }
}

/** Returns the input of a person, when a person changed it. */
function editedInput({ proposed_payload, payload }: Pick<Action, "proposed_payload" | "payload">) {
  // `requireToolCall` has checked the shape.
  return proposed_payload === null ? null : (payload.tool_input as Record<string, unknown>);
}

interface Opening {
  question: Question;
  payload: { tool_name: string; tool_input: Record<string, unknown> };
  key: CallKey;
  note: DecidedData;
}

/** Lets people decide. A bypass decides at once. */
async function openCall(
  deciding: Deciding,
  { question, payload, key, note }: Opening,
  before: readonly Fact[] = [],
): Promise<Outcome<Answer>> {
  const { tx } = deciding;
  const input = {
    ...TOOL_CALL,
    payload,
    reasoning: question.about,
    holds_task: false,
    expires_in_seconds: EXPIRES_SECONDS,
  };
  const through = { connection_id: null, target: TOOL_CALL_TARGET };
  const opened = await propose(deciding, input, through);
  if (opened.kind !== "changed") throw new Error("A proposal is a change.");
  const { id, status, created_at } = opened.output;
  const facts = [...before, ...opened.facts];
  const isApproved = status === "approved";
  await insertCall(tx, { ...key, action_id: id, used_at: isApproved ? created_at : null, created_at });
  const about = { ...note, action_id: id };
  if (!isApproved) return settled(deciding, waiting(id), { ...about, decision: "ask" }, facts);
  const used = await useToolCall(tx, await lockAction(tx, id), new Date(created_at));
  return settled(deciding, allowed(id, null), { ...about, decision: "allow", cause: "bypass" }, [...facts, used]);
}

/** As of every action that says nothing else. */
const EXPIRES_SECONDS = 86_400;
