/** The words of facts about actions, standing rules and bypasses. */
import type { FactType } from "@bailiwick/sdk";
import { actorOf, count, did, type Part, quote, SUBJECT, text, type Words } from "./telling.ts";

type ActionType = Extract<FactType, `action.${string}` | `rule.${string}` | `bypass.${string}`>;

interface Named {
  action_type: string;
  service_type: string;
}
const named = ({ action_type, service_type }: Named): Part[] => [quote(action_type, "an action"), `· ${service_type}`];

interface By {
  rule_id: string | null;
  bypass_id: string | null;
}
const through = ({ rule_id, bypass_id }: By): Part[] => {
  if (text(rule_id)) return ["by a standing rule"];
  return text(bypass_id) ? ["by a bypass"] : [];
};

export const ACTION_WORDS: { readonly [T in ActionType]: Words<T> } = {
  "action.proposed": (fact) => ({ actor: actorOf(fact), parts: ["proposed", ...named(fact.data)] }),
  "action.approved": did(
    "approved",
    (data) => [...named(data), ...through(data)],
    ({ reason }) => reason,
  ),
  "action.rejected": did(
    "rejected",
    (data) => [...named(data), ...through(data)],
    ({ reason }) => reason,
  ),
  "action.canceled": did("canceled", named),
  "action.expired": ({ data }) => ({ actor: SUBJECT, parts: ["expired: nobody decided", ...named(data)] }),
  "action.executed": ({ data }) => ({
    actor: SUBJECT,
    parts: ["was executed", ...named(data)],
    why: text(data.reason),
  }),
  "action.failed": ({ data }) => ({ actor: SUBJECT, parts: ["failed", ...named(data)], why: text(data.error) }),
  "action.in_doubt": ({ data }) => ({ actor: SUBJECT, parts: ["is in doubt", ...named(data)], why: text(data.error) }),
  "action.awaiting_verification": ({ data }) => ({
    actor: SUBJECT,
    parts: ["waits for the answer to a challenge", ...named(data)],
  }),
  "action.retried": did("sent", (data) => [...named(data), "again"]),
  "rule.created": did("made", (data) => ["·", data.decision, ...named(data)]),
  "rule.deleted": did("ended", (data) => ["·", data.decision, ...named(data)]),
  "bypass.started": (fact) => ({
    actor: actorOf(fact),
    parts: [`let actions pass without a decision for ${count(fact.data.minutes)} minutes`],
    why: text(fact.data.reason),
  }),
  "bypass.ended": ({ data }) => ({ actor: SUBJECT, parts: [`ended after ${count(data.uses)} uses`] }),
};
