/** The words of each type of fact. A type of the SDK without words does not compile. */
import type { FactData, FactOf, FactType, SubjectKind } from "@bailiwick/sdk";
import { progressOf } from "./progress.ts";

export type Part =
  | string
  | { kind: "agent" | "task" | "person" | "someone"; id: string }
  /** A link to a conversation, with these words. */
  | { kind: "thread"; id: string; words: string }
  /** Words of an agent or a person; only ever text. */
  | { kind: "quote"; text: string };
/** The place of the thing that the fact is about: its name in a feed, "it" in its own story. */
export const SUBJECT = { kind: "subject" } as const;
export type AnyPart = Part | typeof SUBJECT;

/** The members of a fact that its words need. An event of a task has them too. */
export interface ShownFact<T extends FactType = FactType> extends Pick<FactOf<T>, "actor" | "subject"> {
  type: T;
  data: FactData[T];
}

export interface Telling {
  actor: AnyPart;
  parts: AnyPart[];
  /** The reason, in the words of an agent or a person. */
  why?: string | undefined;
  /** The beginning of the result. */
  result?: string | undefined;
}

type Words<T extends FactType> = (fact: ShownFact<T>) => Telling;

export function actorOf({ actor }: Pick<ShownFact, "actor">): Part {
  if (actor.kind === "agent") return { kind: "agent", id: actor.id };
  if (actor.kind === "user") return { kind: "person", id: actor.id };
  return actor.kind === "service" ? "A service" : "Bailiwick";
}

// Facts of earlier versions, and data that retention cut, may lack what the type promises.
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const count = (value: unknown): number => (typeof value === "number" ? value : 0);
const agent = (value: unknown): Part => (text(value) ? { kind: "agent", id: String(value) } : "an agent");
const person = (value: unknown): Part => (text(value) ? { kind: "person", id: String(value) } : "a person");
const to = (word: string, id: unknown): Part[] => (text(id) ? [word, agent(id)] : []);
const word = (before: string, value: unknown): Part[] => (text(value) ? [`${before} ${String(value)}`] : []);
const quote = (value: unknown, otherwise: string): Part =>
  text(value) ? { kind: "quote", text: String(value).slice(0, 100) } : otherwise;
const handover = ({ from_agent_id, to_agent_id }: { from_agent_id: string | null; to_agent_id: string | null }) => [
  ...to("from", from_agent_id),
  ...to("to", to_agent_id),
];

/** The actor did it to the subject; `more` follows, and `why` says the reason. */
function did<T extends FactType>(
  verb: string,
  more: (data: FactData[T]) => Part[] = () => [],
  why: (data: FactData[T]) => unknown = () => undefined,
): Words<T> {
  return (fact) => ({ actor: actorOf(fact), parts: [verb, SUBJECT, ...more(fact.data)], why: text(why(fact.data)) });
}

/** The actor did something that needs no name of its subject. */
function acted<T extends FactType>(parts: (data: FactData[T]) => AnyPart[]): Words<T> {
  return (fact) => ({ actor: actorOf(fact), parts: parts(fact.data) });
}

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
const fieldsOf = (changed: unknown): Part[] =>
  Array.isArray(changed) && changed.length > 0 ? ["·", changed.slice(0, 6).join(", ").replaceAll("_", " ")] : [];

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
    cause === "waiting_for_children" ? "again: no subtask is open any more" : "again: the cause of the block is gone",
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

const STATUS_WORDS: Pick<{ readonly [T in FactType]: Words<T> }, "agent.paused" | "agent.resumed" | "agent.archived"> =
  {
    "agent.paused": did("paused", none, reasonOf),
    "agent.resumed": did("resumed", none, reasonOf),
    "agent.archived": did("archived", none, reasonOf),
  };

export const WORDS: { readonly [T in FactType]: Words<T> } = {
  ...TASK_WORDS,
  ...STATUS_WORDS,
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
  "invitation.created": did("made", ({ role }) => word("for", role)),
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
  "events.ingested": acted(({ accepted }) => [
    `sent ${count(accepted) === 1 ? "an event" : `${count(accepted)} events`}`,
  ]),
  "run.started": acted(({ model }) => ["started a run", ...word("with", model)]),
  "run.finished": (fact) => ({
    actor: actorOf(fact),
    parts: [fact.data.status === "error" ? "ended a run with an error" : "finished a run"],
    why: text(fact.data.error_message),
  }),
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
  invitation: "an invitation",
  message: "a message",
  attachment: "a file",
  session: "a session",
  workspace: "the workspace",
  run: "a run",
  demo: "the demo",
};
