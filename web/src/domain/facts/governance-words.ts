/** The words of facts about requests, grants and rollbacks. */
import type { FactType } from "@bailiwick/sdk";
import { actorOf, count, did, type Part, SUBJECT, text, type Words } from "./telling.ts";

type TaskType = "governance.task_blocked" | "governance.task_escalated" | "governance.task_reassigned";
type GovernanceType = Exclude<Extract<FactType, `governance.${string}`>, TaskType>;

interface Change {
  field: string;
  old_value: string | number;
  new_value: string | number;
}
const named = (field: unknown): string => String(text(field) ?? "a field").replaceAll("_", " ");
const changeOf = ({ field, old_value, new_value }: Change): Part[] => [`· ${named(field)} ${old_value} → ${new_value}`];
const reasonOf = ({ reason }: { reason: string | null }) => reason;
const nothing = () => [];

export const GOVERNANCE_WORDS: { readonly [T in GovernanceType]: Words<T> } = {
  "governance.request_submitted": did(
    "made",
    ({ field, current_value, requested_value }) =>
      changeOf({ field, old_value: current_value, new_value: requested_value }),
    reasonOf,
  ),
  "governance.evidence_added": did("added evidence to"),
  "governance.request_reminded": ({ data }) => ({ actor: SUBJECT, parts: ["expires soon"], why: text(data.reason) }),
  "governance.request_expired": ({ data }) => ({
    actor: SUBJECT,
    parts: ["expired: nobody decided"],
    why: text(data.reason),
  }),
  "governance.approval_added": did("approved", ({ missing }) => [`· ${count(missing)} more needed`]),
  "governance.request_approved": did("approved", ({ mode }) => [mode === "delegate" ? "with a grant" : "once"]),
  "governance.request_denied": did("denied", nothing, reasonOf),
  "governance.late_denial": did("denied", () => ["too late"], reasonOf),
  "governance.change_applied": did("changed", changeOf),
  "governance.change_rolled_back": did("rolled back", changeOf, reasonOf),
  "governance.grant_created": did("gave", ({ duration_minutes }) => [`for ${count(duration_minutes)} minutes`]),
  "governance.grant_used": did("used", changeOf),
  "governance.grant_expired": () => ({ actor: SUBJECT, parts: ["expired"] }),
  "governance.grant_revoked": did("revoked", nothing, reasonOf),
  "governance.boundary_violation": (fact) => ({
    actor: actorOf(fact),
    parts: [`may not set ${named(fact.data.field)} to ${fact.data.value} for`, SUBJECT],
    why: text(fact.data.error),
  }),
};
