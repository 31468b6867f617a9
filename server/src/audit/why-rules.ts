/** Decides which earlier facts explain a fact, and reads what was in force from them. */
import type { FactOnWire } from "../kernel/facts/schema.ts";
import { isUuid } from "../kernel/schema.ts";
import type { Because, Why } from "./why-schema.ts";

/** The parts of a fact that lead to the others. */
export interface Explained {
  type: string;
  key_id: string | null;
  subject_kind: string;
  subject_id: string;
  agent_id: string | null;
  data: Record<string, unknown>;
}

export interface Reference {
  name: Because;
  subject_id: string;
  types: readonly string[];
}

const TYPES = {
  key: ["key.created", "key.rotated"],
  agent: ["agent.created", "agent.updated"],
  status: ["agent.paused", "agent.resumed", "agent.archived", "agent.restored", "agent.parked", "agent.stopped"],
  task: ["task.created"],
  policy: ["policy.created", "policy.updated"],
  change: ["governance.change_applied", "governance.change_rolled_back"],
  request: ["governance.request_submitted"],
  approval: ["governance.request_approved", "governance.request_denied", "governance.request_expired"],
  grant: ["governance.grant_created"],
  grant_use: ["governance.grant_used"],
  grant_end: ["governance.grant_revoked", "governance.grant_expired"],
} as const satisfies Record<Because, readonly string[]>;

type Data = Record<string, unknown>;
const idIn = (value: unknown) => (typeof value === "string" && isUuid(value) ? value : undefined);
const about = (name: Because, subject_id: string | null | undefined): Reference[] =>
  subject_id ? [{ name, subject_id, types: TYPES[name] }] : [];

/** The facts that the fact itself names. */
export function referencesOf(fact: Explained): Reference[] {
  const { key_id, subject_kind, subject_id, agent_id, data } = fact;
  const of = (kind: string) => (subject_kind === kind ? subject_id : undefined);
  return [
    ...about("key", key_id),
    ...about("agent", agent_id),
    ...about("status", agent_id),
    ...about("task", of("task") ?? idIn(data.task_id)),
    ...["policy" as const, "change" as const].flatMap((name) => about(name, of("risk_policy") ?? idIn(data.policy_id))),
    ...ofGovernance(of("request") ?? idIn(data.request_id), of("grant") ?? idIn(data.grant_id)),
  ];
}

function ofGovernance(request: string | undefined, grant: string | undefined): Reference[] {
  const ofRequest = [...about("request", request), ...about("approval", request)];
  return [...ofRequest, ...about("grant", grant), ...about("grant_use", grant), ...about("grant_end", grant)];
}

/** The request and the grant that set the policy in force, or that made the grant, where the fact names none itself. */
export function furtherReferences(found: ReadonlyMap<string, Linked>): Reference[] {
  const grant = found.get("grant")?.data;
  const change = inForce(found)?.data;
  const request = found.has("request") ? undefined : (idIn(grant?.request_id) ?? idIn(change?.request_id));
  return ofGovernance(request, grant ? undefined : idIn(change?.grant_id));
}

interface Linked {
  data: Data;
  /** The facts of one command share the id of its request. */
  request_id: string;
}

/** A later change by a person ends what an approved change had set. */
function inForce<F extends Linked>(found: ReadonlyMap<string, F>): F | undefined {
  const [policy, change] = [found.get("policy"), found.get("change")];
  return policy?.request_id === change?.request_id ? change : undefined;
}

const objectIn = (value: unknown): Data | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Data) : undefined;
const revisionIn = (...values: unknown[]) => values.find((value): value is number => Number.isInteger(value)) ?? null;

/** Returns what the facts say, with null where nothing applies. `own` is the data that the server chose. */
export function whyOf(fact: FactOnWire, own: Data, found: ReadonlyMap<string, FactOnWire>): Why {
  const order = (Object.keys(TYPES) as Because[]).flatMap((because) => {
    const one = found.get(because);
    return one && one.id !== fact.id ? [{ because, fact: one }] : [];
  });
  return {
    fact,
    policy_revision: policyOf(found.get("policy")),
    agent_revision: agentOf(found.get("agent")),
    grant: grantOf(found),
    approval: approvalOf(found.get("approval")),
    headroom: headroomOf(own),
    chain: order.sort((a, b) => (a.fact.created_at < b.fact.created_at ? -1 : 1)),
  };
}

function policyOf(fact: FactOnWire | undefined): Why["policy_revision"] {
  if (!fact) return null;
  const { data, subject, id: fact_id, created_at: since } = fact;
  const after = objectIn(data.after);
  const revision = revisionIn(data.revision) ?? (fact.type === "policy.created" ? 1 : null);
  return { policy_id: subject.id, revision, settings: after ?? data, fact_id, since };
}

function agentOf(fact: FactOnWire | undefined): Why["agent_revision"] {
  if (!fact) return null;
  const { data, subject, id: fact_id, created_at: since } = fact;
  return { agent_id: subject.id, revision: revisionIn(data.revision), fact_id, since };
}

function grantOf(found: ReadonlyMap<string, FactOnWire>): Why["grant"] {
  const fact = found.get("grant");
  if (!fact) return null;
  const { data, subject, id: fact_id, created_at: since } = fact;
  const uses = revisionIn(found.get("grant_use")?.data.uses) ?? 0;
  return { grant_id: subject.id, uses, ended: found.has("grant_end"), terms: data, fact_id, since };
}

function approvalOf(fact: FactOnWire | undefined): Why["approval"] {
  if (!fact) return null;
  const { type, data, subject, actor, id: fact_id, created_at: since } = fact;
  return { request_id: subject.id, outcome: type.slice(type.indexOf(".") + 1), actor, terms: data, fact_id, since };
}

/** The numbers that decided, where the fact has them: a cap with its use, or a value and its threshold. */
function headroomOf(data: Data): Why["headroom"] {
  const stored = objectIn(data.headroom);
  if (stored) return stored;
  const { breach_value, threshold_value } = data;
  return typeof breach_value === "number" && typeof threshold_value === "number"
    ? { used: breach_value, cap: threshold_value }
    : null;
}
