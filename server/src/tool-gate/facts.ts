/** The facts of the gate of tool calls. Calls stay in their actions; a fact has the name of the tool and the hash of the call. */
import Type, { type Static } from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";
import { Door, GateDecision, GateMode, type GateRule } from "./schema.ts";

const RULE = { tool_pattern: Type.String(), decision: GateDecision, mode: GateMode };
export const gateRuleCreated = factType({
  type: "gate.rule_created",
  subject: "gate_rule",
  meaning: "A person made a gate rule for calls of tools.",
  data: Fields(RULE),
});
export const gateRuleDeleted = factType({
  type: "gate.rule_deleted",
  subject: "gate_rule",
  meaning: "A person deleted a gate rule.",
  data: Fields(RULE),
});

const DecidedData = Fields({
  door: Door,
  tool_name: Type.String({ description: "Of the last call, when the fact is about several." }),
  decision: Literals(["allow", "deny", "ask", "none"], {
    title: "GateOutcome",
    description: "none: no enforced rule was about the call, and the client decided.",
  }),
  cause: Literals(["rule", "person", "bypass", "prompt", "size"], {
    title: "GateCause",
    description: "prompt: the client needed a permission, and no rule was about the call.",
  }),
  rule_id: Nullable(Id),
  shadow_decision: Nullable(GateDecision),
  shadow_rule_id: Nullable(Id),
  action_id: Nullable(Id),
  call_hash: Nullable(Type.String()),
  count: Type.Integer({ minimum: 1, description: "The decisions that the fact is about." }),
  since: Type.Optional(Type.String({ ...Time, description: "The minute of several decisions." })),
});
export type DecidedData = Static<typeof DecidedData>;
export const gateDecided = factType({
  type: "gate.decided",
  subject: "agent",
  meaning: "The gate decided about a call of a tool. In a storm, one fact is about the calls of a minute.",
  data: DecidedData,
});

export const GATE_FACTS = [gateRuleCreated, gateRuleDeleted, gateDecided] as const;

export const ruleData = ({ tool_pattern, decision, mode }: GateRule) => ({ tool_pattern, decision, mode });
