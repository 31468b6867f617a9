/** The words of each type of fact. A type of the SDK without words does not compile. */
import type { FactType, SubjectKind } from "@bailiwick/sdk";
import { exact } from "../../ui/time.tsx";
import { ACTION_WORDS } from "./action-words.ts";
import { AUDIT_WORDS } from "./audit-words.ts";
import { DEVICE_WORDS } from "./device-words.ts";
import { GATE_WORDS } from "./gate-words.ts";
import { GOVERNANCE_WORDS } from "./governance-words.ts";
import { fieldsOf, named, OUTSIDE_WORDS } from "./outside-words.ts";
import { progressOf } from "./progress.ts";
import { RISK_WORDS } from "./risk-words.ts";
import { SOCIAL_WORDS } from "./social-words.ts";
import { STOP_WORDS } from "./stop-words.ts";
import { TELEMETRY_WORDS } from "./telemetry-words.ts";
import {
  acted,
  actorOf,
  agent,
  count,
  did,
  handover,
  type Part,
  person,
  quote,
  SUBJECT,
  text,
  to,
  type Words,
  word,
} from "./telling.ts";

const endsOf = (ended: Record<string, unknown>): string =>
  Object.entries(ended)
    .flatMap(([status, ends]) => (count(ends) > 0 ? [`${count(ends)} ${status}`] : []))
    .join(", ");
/** Names at most three tasks after the word. */
const tasks = (word: string, ids: unknown): Part[] =>
  Array.isArray(ids) && ids.length > 0
    ? [word, ...ids.slice(0, 3).map((id): Part => ({ kind: "task", id: String(id) }))]
    : [];
const reasonOf = ({ reason }: { reason: string | null }) => reason;
const PUSH_WORDS: Readonly<Record<string, string>> = {
  completed: "· it answered with the result",
  accepted: "· it accepted the task",
  late: "· its answer came after the lease",
};
const pushed = (result: string | undefined, error: string | undefined) =>
  PUSH_WORDS[result ?? ""] ?? `· ${error ?? "it failed"}`;
const none = () => [];
const governed = <T extends "governance.task_blocked" | "governance.task_escalated" | "governance.task_reassigned">(
  verb: string,
): Words<T> => did<T>(verb, ({ to_agent_id }) => to("to", to_agent_id), reasonOf);
const thread = (id: string, words: string): Part => (text(id) ? { kind: "thread", id, words } : words);
const about = (id: string | null): Part[] => (text(id) ? ["about", { kind: "task", id: String(id) }] : []);
function fileWords<T extends "attachment.added" | "attachment.removed">(verb: string, link: string): Words<T> {
  return acted<T>(({ name, task_id }) => [verb, quote(name, "a file"), link, { kind: "task", id: String(task_id) }]);
}

/** A message goes to an agent or to a person; the log says only the id. */
const recipient = (id: unknown): Part => (text(id) ? { kind: "someone", id: String(id) } : "everybody");
const toolOf = ({ tool, tool_name, name }: Record<string, unknown>) => text(tool) ?? text(tool_name) ?? text(name);

type TaskType = Extract<FactType, `task.${string}`>;

const row = (kind: unknown, id: unknown): Part => (kind === "task" ? { kind: "task", id: String(id) } : "a message");

/** The reasons of the server for a failed task. */
const LEASE_REASONS: Record<string, string> = {
  lease_expired: "· the lease of its last attempt ended",
  unseen_attempts: "· ten attempts ended before their holder gave a sign",
};

const forAny = (role: string | undefined, tags: readonly string[] = []): Part[] =>
  role === undefined ? ["for any agent with", quote(tags.join(", "), "these tags")] : [`for any ${role}`];

const TASK_WORDS: { readonly [T in TaskType]: Words<T> } = {
  "task.created": did("created", ({ assigned_to_agent_id, assigned_role, assigned_tags, retry_of }) => [
    ...(assigned_to_agent_id === null ? forAny(assigned_role, assigned_tags) : to("for", assigned_to_agent_id)),
    ...(text(retry_of) ? ["as a retry of", { kind: "task", id: String(retry_of) } as const] : []),
  ]),
  "task.assigned": did("assigned", handover, reasonOf),
  "task.started": did("started", ({ attempt }) => (count(attempt) > 1 ? [`· attempt ${count(attempt)}`] : [])),
  "task.progress": did("works on", none, (data) => progressOf(data).text),
  "task.tool_call": acted((data) => ["called", quote(toolOf(data), "a tool"), "for", SUBJECT]),
  "task.tool_result": acted((data) => ["got the result of", quote(toolOf(data), "a tool"), "for", SUBJECT]),
  "task.completed": (fact) => ({ ...did("completed")(fact), result: text(fact.data.output_summary) }),
  "task.failed": (fact) => {
    const why = LEASE_REASONS[text(fact.data.reason) ?? ""];
    if (why === undefined) return did<"task.failed">("failed", none, reasonOf)(fact);
    return { actor: actorOf(fact), parts: ["failed", SUBJECT, why] };
  },
  "task.escalated": (fact) => {
    const { actor, data } = fact;
    // The agent that escalates its own task is named once.
    const from = data.from_agent_id === actor.id ? null : data.from_agent_id;
    const above = text(data.to_agent_id) ? [] : ["to people: no agent stands above"];
    const more = () => [...handover({ ...data, from_agent_id: from }), ...above];
    return did<"task.escalated">("escalated", more, reasonOf)(fact);
  },
  "task.blocked": (fact) => ({
    actor: actorOf(fact),
    parts: [fact.data.previous_status === "running" ? "blocked" : "was kept from starting", SUBJECT],
    why: text(fact.data.reason),
  }),
  "task.answered": did("answered"),
  "task.undone": acted(({ step }) => [`took back the step ${text(step) ?? "before"} of`, SUBJECT]),
  "task.unblocked": acted(({ cause }) => [
    "queued",
    SUBJECT,
    GONE_CAUSES[cause] ?? "again: the cause of the block is gone",
  ]),
  "task.canceled": did("canceled", none, reasonOf),
  "task.lease_expired": ({ data }) => ({
    actor: agent(data.agent_id),
    parts: ["lost", SUBJECT, `· the lease of attempt ${count(data.attempt)} ended`],
  }),
  "task.late_result": (fact) => ({
    actor: actorOf(fact),
    parts: [`tried to ${text(fact.data.step) ?? "end"}`, SUBJECT, "too late; the result is kept"],
    why: text(fact.data.reason),
  }),
  "task.late_accepted": (fact) => ({
    ...did<"task.late_accepted">("completed", ({ attempt }) => [`with the late result of attempt ${count(attempt)}`])(
      fact,
    ),
    result: text(fact.data.output_summary),
  }),
  "task.released": did("handed", () => ["back to the queue"], reasonOf),
  "task.children_done": ({ data }) => ({
    actor: SUBJECT,
    parts: ["has no open subtask any more:", endsOf(data)],
  }),
  "task.dependency_failed": ({ data }) => ({
    actor: SUBJECT,
    parts: [...tasks("waits for", data.dependency_ids), "· ended without success"],
  }),
  "task.dependencies_changed": did("changed the dependencies of", ({ dropped, added }) => [
    ...tasks("· dropped", dropped),
    ...tasks("· added", added),
  ]),
  "task.retried": (fact) => ({
    actor: actorOf(fact),
    parts: [`failed attempt ${count(fact.data.attempt)} of`, SUBJECT, "· another attempt follows"],
    why: text(fact.data.reason),
  }),
  "task.overdue": () => ({ actor: SUBJECT, parts: ["is overdue"] }),
};

const GONE_CAUSES: Readonly<Record<string, string>> = {
  waiting_for_children: "again: no subtask is open any more",
  waiting_for_approval: "again: its action has ended",
};

const STATUS_WORDS: Pick<{ readonly [T in FactType]: Words<T> }, "agent.paused" | "agent.resumed" | "agent.archived"> =
  {
    "agent.paused": did("paused", none, reasonOf),
    "agent.resumed": did("resumed", none, reasonOf),
    "agent.archived": did("archived", none, reasonOf),
  };

export const WORDS: { readonly [T in FactType]: Words<T> } = {
  ...TASK_WORDS,
  ...STATUS_WORDS,
  "agent.parked": ({ data }) => ({
    actor: SUBJECT,
    parts: [
      data.code === "provider_quota"
        ? "has no quota left at its model provider"
        : "finds no capacity at its model provider",
      `${data.fallback_model === null ? "and waits" : `and uses ${data.fallback_model}`} until ${exact(data.until)}`,
    ],
  }),
  "agent.starts_refused": ({ data }) => ({
    actor: SUBJECT,
    parts: [`claimed work and got none${count(data.count) > 1 ? `, ${count(data.count)} times` : ""}`],
    why: text(data.reason),
  }),
  "governance.task_blocked": governed("blocked"),
  "governance.task_escalated": governed("escalated"),
  "governance.task_reassigned": governed("reassigned"),
  "attachment.added": fileWords("attached", "to"),
  "attachment.removed": fileWords("removed", "from"),
  "message.sent": (fact) => {
    const { data, actor } = fact;
    const sent = data.in_reply_to ? "an answer" : "a message";
    const words = actor.kind === "system" ? "a notice" : sent;
    return {
      actor: actorOf(fact),
      parts: ["sent", thread(data.thread_id, words), "to", recipient(data.to), ...about(data.task_id)],
    };
  },
  "message.read": acted(({ read }) => [`read ${count(read) === 1 ? "a message" : `${count(read)} messages`}`]),
  "message.overdue": ({ data }) => ({
    actor: thread(data.thread_id, "A message"),
    parts: ["to", recipient(data.to), ...about(data.task_id), "has no answer in time"],
  }),
  "content.withdrawn": did("withdrew content of", none, reasonOf),
  "inbox.snoozed": acted(({ kind, id }) => ["put", row(kind, id), "away until later"]),
  "inbox.brought_back": acted(({ kind, id }) => ["brought", row(kind, id), "back to the inbox"]),
  "agent.created": did("made the agent"),
  "agent.updated": did("changed", ({ changed_fields }) => fieldsOf(changed_fields)),
  "agent.tested": acted(({ ok, message }) => ["tested the connection of", SUBJECT, ok ? "· it works" : `· ${message}`]),
  "agent.connection_reported": acted(({ connected, error }) => [
    ...["reported that", SUBJECT],
    connected ? "is connected" : `is not connected: ${text(error) ?? "no reason"}`,
  ]),
  "agent.push_secret_rotated": acted(() => ["gave", SUBJECT, "a new push secret"]),
  "agent.pushed": acted(({ result, error }) => ["sent a task to", SUBJECT, pushed(text(result), text(error))]),
  "agent.restored": did("restored", ({ restored_revision }) => [`to revision ${count(restored_revision)}`]),
  "secrets.sealed": acted(({ agents }) => [`sealed the secrets of ${count(agents)} agents`]),
  "secrets.resealed": acted(({ secrets, answers }) => [`sealed ${count(secrets) + count(answers)} secrets again`]),
  "key.created": did("made", ({ agent_id }) => to("of", agent_id)),
  "key.rotated": did("rotated"),
  "key.adopted": acted(({ from_user_id, keys }) => [
    `answers for ${count(keys) === 1 ? "a key" : `${count(keys)} keys`} of`,
    person(from_user_id),
  ]),
  "key.revoked": did("revoked", ({ agent_id }) => to("of", agent_id)),
  "member.joined": ({ data }) => ({ actor: SUBJECT, parts: ["joined", ...word("as", data.role)] }),
  "member.left": () => ({ actor: SUBJECT, parts: ["left"] }),
  "member.removed": did("removed", none, reasonOf),
  "member.updated": did("made", (data) => word("a", data.to)),
  "invitation.created": acted(({ role }) => ["invited a person", ...word("as", role)]),
  "invitation.accepted": did("accepted"),
  "invitation.revoked": did("revoked"),
  "role.set": did("gave", ({ role, reports_to }) => [
    `the role ${text(role) ?? "unknown"}`,
    ...to("· reports to", reports_to),
  ]),
  "role.removed": did("took the role of"),
  "rules.changed": acted(() => ["changed the rules of the team"]),
  "tier.changed": acted((data) => ["changed the tier", ...word("to", data.to)]),
  "session.created": acted(() => ["signed in"]),
  "session.revoked": acted(({ reason }) => [reason === "signed_out" ? "signed out" : "ended a session"]),
  "workspace.created": did("made"),
  "workspace.updated": acted(({ name }) => ["renamed the workspace to", quote(name, "another name")]),
  "workspace.transferred": acted(({ to_user_id }) => ["gave the workspace to", person(to_user_id)]),
  "person.updated": acted(({ name }) => ["changed their name to", quote(name, "another name")]),
  ...TELEMETRY_WORDS,
  ...OUTSIDE_WORDS,
  "alert_rule.created": did("made", ({ name }) => named(name)),
  "alert_rule.updated": did("changed", ({ name, changed_fields }) => [...named(name), ...fieldsOf(changed_fields)]),
  "alert_rule.deleted": did("deleted", ({ name }) => named(name)),
  "alert.fired": ({ data }) => ({
    actor: data.level === "warning" ? "A warning" : "An alert",
    parts: ["fired"],
    why: text(data.message),
  }),
  "alert.resolved": ({ data }) => ({ actor: "An alert", parts: ["is resolved"], why: text(data.message) }),
  "alert.acknowledged": acted(({ name }) => ["acknowledged an alert of", quote(name, "a rule")]),
  "alert.tested": acted(({ name }) => ["sent a test of the rule", quote(name, "without a name")]),
  ...RISK_WORDS,
  ...AUDIT_WORDS,
  ...GOVERNANCE_WORDS,
  ...STOP_WORDS,
  ...ACTION_WORDS,
  ...GATE_WORDS,
  ...SOCIAL_WORDS,
  ...DEVICE_WORDS,
  "demo.started": acted(() => ["started the demo"]),
  "demo.audit_created": acted(({ root_task_id }) => ["made the task of the demo:", { kind: "task", id: root_task_id }]),
  "demo.ended": ({ data }) => ({
    actor: "The demo",
    parts: [data.outcome === "failed" ? "failed" : "ended"],
    why: text(data.reason),
  }),
};

/** A thing that has no page of its own. */
export const THINGS: Record<Exclude<SubjectKind, "task" | "agent" | "user">, string> = {
  key: "a key",
  device: "a program",
  invitation: "an invitation",
  message: "a message",
  attachment: "a file",
  session: "a session",
  workspace: "the workspace",
  run: "a run",
  webhook: "a webhook",
  channel: "a channel",
  connection: "a connection",
  alert_rule: "an alert rule",
  risk_policy: "a limit",
  request: "a request",
  grant: "a grant",
  stop: "a stop",
  action: "an action",
  action_rule: "a standing rule",
  gate_rule: "a gate rule",
  bypass: "a bypass",
  social_account: "an account",
  demo: "the demo",
};
