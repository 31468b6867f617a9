/** The words of facts about calls of tools, the rules for them, and calls of models. */
import type { FactType } from "@bailiwick/sdk";
import { count, did, quote, SUBJECT, text, type Words } from "./telling.ts";

type GateType = Extract<FactType, `gate.${string}` | `model_call.${string}`>;

const ruled = (data: { decision: string; tool_pattern: string }) => ["·", data.decision, quote(data.tool_pattern, "")];
const VERBS: Readonly<Record<string, string>> = { allow: "may call", deny: "may not call", ask: "waits to call" };

export const GATE_WORDS: { readonly [T in GateType]: Words<T> } = {
  "gate.rule_created": did("made a gate rule", ruled),
  "gate.rule_deleted": did("deleted a gate rule", ruled),
  "gate.decided": ({ data }) => ({
    actor: SUBJECT,
    parts: [
      VERBS[data.decision] ?? "calls",
      quote(data.tool_name, "a tool"),
      ...(count(data.count) > 1 ? [`· ${count(data.count)} times`] : []),
      ...(text(data.shadow_decision) ? [`· in shadow: ${data.shadow_decision}`] : []),
    ],
  }),
  "model_call.refused": ({ data }) => ({
    actor: SUBJECT,
    parts: [
      "was refused a call of",
      quote(data.model, "a model"),
      ...(count(data.repeats) > 0 ? [`· ${count(data.repeats)} more times`] : []),
    ],
    why: text(data.reason),
  }),
};
