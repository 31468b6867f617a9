/** The words of facts about requests, grants and rollbacks. */
import type { FactType } from "@bailiwick/sdk";
import { acted, actorOf, count, did, limit, type Part, quote, SUBJECT, text, type Words } from "./telling.ts";

type TaskType = "governance.task_blocked" | "governance.task_escalated" | "governance.task_reassigned";
type GovernanceType = Exclude<Extract<FactType, `governance.${string}`>, TaskType>;

interface Change {
  policy_id: string;
  field: string;
  old_value: string | number;
  new_value: string | number;
  grant_id: string | null;
}
const changeOf = ({ policy_id, field, old_value, new_value }: Change): Part =>
  limit(policy_id, { field: text(field) ?? "a field", from: old_value, to: new_value });
const withGrant = ({ grant_id }: Change): Part[] => (text(grant_id) ? ["with a grant"] : []);
const reasonOf = ({ reason }: { reason: string | null }) => reason;
const nothing = () => [];

interface Wanted {
  title: string;
  policy_id: string;
}
const wantedOf = ({ title, policy_id }: Wanted): Part[] => ["·", quote(title, "a change"), "· for", limit(policy_id)];

const HOUR_MINUTES = 60;
const forMinutes = (value: unknown): string =>
  count(value) % HOUR_MINUTES === 0 ? `for ${count(value) / HOUR_MINUTES} h` : `for ${count(value)} minutes`;

interface Given {
  policy_id: string;
  allowed_changes: { fields?: { threshold_value?: { max_value: number } | undefined } };
  duration_minutes: number;
}
function givenOf({ policy_id, allowed_changes, duration_minutes }: Given): Part[] {
  const most = allowed_changes?.fields?.threshold_value?.max_value;
  const change = most === undefined ? undefined : { field: "threshold_value", to: most };
  return ["let an agent change", limit(policy_id, change), "with a grant", forMinutes(duration_minutes)];
}

export const GOVERNANCE_WORDS: { readonly [T in GovernanceType]: Words<T> } = {
  "governance.request_submitted": (fact) => ({
    actor: actorOf(fact),
    parts: ["made a request", ...wantedOf(fact.data)],
    why: text(fact.data.reason),
  }),
  "governance.evidence_added": did("added evidence to"),
  "governance.request_reminded": ({ data }) => ({
    actor: "A request",
    parts: ["expires soon", ...wantedOf(data)],
    why: text(data.reason),
  }),
  "governance.request_expired": ({ data }) => ({
    actor: SUBJECT,
    parts: ["expired: nobody decided"],
    why: text(data.reason),
  }),
  "governance.approval_added": did("approved", ({ missing }) => [`· ${count(missing)} more needed`]),
  "governance.request_approved": did("approved", ({ mode }) => [mode === "delegate" ? "with a grant" : "once"]),
  "governance.required_approvals_changed": acted(({ to }) => [
    `set that ${count(to) === 1 ? "one person approves" : `${count(to)} people approve`} a request`,
  ]),
  "governance.request_denied": did("denied", nothing, reasonOf),
  "governance.late_denial": did("denied", () => ["too late"], reasonOf),
  "governance.change_applied": (fact) => ({
    actor: actorOf(fact),
    parts: ["changed", changeOf(fact.data), ...withGrant(fact.data)],
  }),
  "governance.change_rolled_back": (fact) => ({
    actor: actorOf(fact),
    parts: ["rolled back", changeOf(fact.data)],
    why: text(fact.data.reason),
  }),
  "governance.grant_created": (fact) => ({ actor: actorOf(fact), parts: givenOf(fact.data) }),
  "governance.grant_used": (fact) => ({ actor: actorOf(fact), parts: ["used a grant:", changeOf(fact.data)] }),
  "governance.grant_expired": ({ data }) => ({ actor: "A grant", parts: ["for", limit(data.policy_id), "expired"] }),
  "governance.grant_revoked": (fact) => ({
    actor: actorOf(fact),
    parts: ["revoked a grant for", limit(fact.data.policy_id)],
    why: text(fact.data.reason),
  }),
  "governance.boundary_violation": (fact) => ({
    actor: actorOf(fact),
    parts: ["may not set", limit(fact.data.policy_id, { field: fact.data.field, to: fact.data.value })],
    why: text(fact.data.error),
  }),
};
