/** Facts of the log as sentences of words and names. Pure. An unknown fact shows its type. */
import type { Fact } from "@bailiwick/sdk";

export type Part =
  | string
  | { kind: "agent" | "task" | "person" | "someone" | "thread"; id: string }
  /** Text from an agent or a person, rendered as text only. */
  | { kind: "quote"; text: string };

type Words = (fact: Fact) => Part[];

export function sentenceOf(fact: Fact): Part[] {
  const words = WORDS[fact.type];
  if (words) return words(fact);
  return [actorOf(fact), "·", fact.type];
}

function actorOf({ actor }: Fact): Part {
  if (actor.kind === "agent") return { kind: "agent", id: actor.id };
  if (actor.kind === "user") return { kind: "person", id: actor.id };
  return actor.kind === "service" ? "A service" : "The server";
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const count = (value: unknown): number => (typeof value === "number" ? value : 0);
const agent = (value: unknown): Part => (text(value) ? { kind: "agent", id: String(value) } : "an agent");
const quote = (value: unknown, before = "“", after = "”"): Part[] =>
  text(value) ? [{ kind: "quote", text: `${before}${String(value)}${after}` }] : [];
const because = (value: unknown): Part[] => (text(value) ? ["·", ...quote(value, "", "")] : []);

/** A sentence of actor, verb and subject. */
const did =
  (verb: string, more: Words = () => []): Words =>
  (fact) => [actorOf(fact), verb, subjectOf(fact), ...more(fact)];

function subjectOf({ subject, data }: Fact): Part {
  const { kind, id } = subject;
  if (kind === "task" || kind === "agent") return { kind, id };
  if (kind === "user") return { kind: "person", id };
  if (kind === "key") return text(data.name) ? { kind: "quote", text: `the key “${data.name}”` } : "a key";
  return kind === "invitation" || kind === "message" || kind === "session" ? `a ${kind}` : `the ${kind}`;
}

const reason: Words = ({ data }) => because(data.reason);
const hasTask = ({ data }: Fact): Part[] =>
  text(data.task_id) ? ["about", { kind: "task", id: String(data.task_id) }] : [];
/** The recipient is an agent or a person; the fact holds only the id. */
const recipient = (to: unknown): Part => (text(to) ? { kind: "someone", id: String(to) } : "everybody");
const thread = ({ data }: Fact, words: string): Part[] =>
  text(data.thread_id) ? [{ kind: "thread", id: String(data.thread_id) }] : [words];
const ofAgent = ({ data }: Fact): Part[] => (text(data.agent_id) ? ["of", agent(data.agent_id)] : []);
const fields = ({ data: { changed_fields: changed } }: Fact): Part[] =>
  Array.isArray(changed) && changed.length > 0 ? ["·", changed.slice(0, 6).join(", ").replaceAll("_", " ")] : [];

const TASK_WORDS: Record<string, Words> = {
  "task.created": did("gave", ({ data }) => ["to", agent(data.assigned_to_agent_id)]),
  "task.assigned": did("assigned", ({ data }) => ["to", agent(data.to_agent_id), ...because(data.reason)]),
  "task.started": did("started", ({ data }) => (count(data.attempt) > 1 ? [`· attempt ${count(data.attempt)}`] : [])),
  "task.progress": did("works on", ({ data }) => because(progressOf(data))),
  "task.tool_call": did("used a tool for", ({ data }) => because(data.tool)),
  "task.tool_result": did("got the result of a tool for", ({ data }) => because(data.tool)),
  "task.completed": did("completed"),
  "task.failed": did("failed", reason),
  "task.escalated": did("handed up", ({ data }) => [
    ...(text(data.to_agent_id) ? ["to", agent(data.to_agent_id)] : []),
    ...because(data.reason),
  ]),
  "task.blocked": did("blocked", reason),
  "task.unblocked": did("unblocked"),
  "task.canceled": did("canceled", reason),
  "task.released": did("handed back", reason),
  "task.retried": did("will try again", reason),
  "task.late_result": did("was too late with a result for"),
  "task.lease_expired": (fact) => [agent(fact.data.agent_id), "lost", subjectOf(fact), "· its lease ended"],
  "task.overdue": (fact) => [subjectOf(fact), "is overdue"],
};

/** The progress that an agent reports, in few words. */
export function progressOf(progress: Record<string, unknown>): string | undefined {
  const { done, of: all, total, percent, note, message } = progress;
  const said = text(note) ?? text(message);
  const whole = typeof all === "number" ? all : total;
  if (typeof done === "number" && typeof whole === "number") return `${said ? `${said} · ` : ""}${done} of ${whole}`;
  if (typeof percent === "number") return `${said ? `${said} · ` : ""}${percent} %`;
  return said ?? shortOf(progress);
}

function shortOf(progress: Record<string, unknown>): string | undefined {
  const plain = Object.entries(progress).filter(([, value]) => typeof value !== "object");
  return plain.length === 0 ? undefined : plain.map(([name, value]) => `${name} ${String(value)}`).join(", ");
}

const WORDS: Record<string, Words> = {
  ...TASK_WORDS,
  "message.sent": (fact) => {
    const what = fact.data.in_reply_to
      ? ["replied to", recipient(fact.data.to), "in"]
      : ["wrote to", recipient(fact.data.to), "in"];
    return [actorOf(fact), ...what, ...thread(fact, "a thread"), ...hasTask(fact)];
  },
  "message.read": (fact) => [
    actorOf(fact),
    `read ${count(fact.data.read) === 1 ? "a message" : `${count(fact.data.read)} messages`}`,
  ],
  "message.overdue": (fact) => [
    "A reply of",
    recipient(fact.data.to),
    "is overdue in",
    ...thread(fact, "a thread"),
    ...hasTask(fact),
  ],
  "agent.created": did("made the agent"),
  "agent.updated": did("changed", fields),
  "agent.paused": did("paused", reason),
  "agent.resumed": did("resumed", reason),
  "agent.archived": did("archived", reason),
  "agent.restored": did("restored", ({ data }) => [`to revision ${count(data.restored_revision)}`]),
  "key.created": did("made", ofAgent),
  "key.rotated": did("rotated", ofAgent),
  "key.revoked": did("revoked", ofAgent),
  "member.joined": (fact) => [subjectOf(fact), "joined", ...asRole(fact.data.role)],
  "member.left": (fact) => [subjectOf(fact), "left"],
  "member.removed": did("removed", reason),
  "member.updated": did("made", ({ data }) => asRole(data.to, "a")),
  "invitation.created": did("made", ({ data }) => asRole(data.role, "for")),
  "invitation.accepted": did("accepted"),
  "invitation.revoked": did("revoked"),
  "role.set": did("gave", ({ data }) => [
    `the role ${text(data.role) ?? "unknown"}`,
    ...(text(data.reports_to) ? ["· reports to", agent(data.reports_to)] : []),
  ]),
  "role.removed": did("took the role of"),
  "rules.changed": (fact) => [actorOf(fact), "changed the rules of the team"],
  "tier.changed": (fact) => [actorOf(fact), "changed the tier", ...fromTo(fact)],
  "session.created": (fact) => [actorOf(fact), "signed in"],
  "session.revoked": (fact) => [actorOf(fact), fact.data.reason === "signed_out" ? "signed out" : "ended a session"],
  "workspace.created": did("made"),
  "workspace.updated": (fact) => [actorOf(fact), "renamed the workspace", ...quote(fact.data.name)],
  "workspace.transferred": (fact) => [actorOf(fact), "gave the workspace to", personOf(fact.data.to_user_id)],
  "person.updated": (fact) => [actorOf(fact), "changed their name", ...because(fact.data.name)],
};

const personOf = (id: unknown): Part => (text(id) ? { kind: "person", id: String(id) } : "a person");
const asRole = (role: unknown, before = "as"): Part[] => (text(role) ? [`${before} ${String(role)}`] : []);
const fromTo = ({ data }: Fact): Part[] => (text(data.to) ? [`to ${String(data.to)}`] : []);
