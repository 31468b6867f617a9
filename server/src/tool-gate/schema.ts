/** The shapes of gate rules, of calls and of decisions about them. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Defaulted, Fields, Id, JsonObject, Literals, Nullable, Text, Time } from "../kernel/schema.ts";

export const RULES_MAX = 100;
export const PATTERN_LENGTH_MAX = 300;
/** A client may cut a call that takes a minute. */
export const WAIT_SECONDS_MAX = 50;

const DECISIONS = ["allow", "ask", "deny"] as const;
export const GateDecision = Literals(DECISIONS, {
  title: "GateDecision",
  description: "ask: an owner or an admin decides about the exact call.",
});
export type GateDecision = Static<typeof GateDecision>;
export const GateMode = Literals(["enforce", "shadow"], {
  title: "GateMode",
  description: "shadow: only the log says what the rule would have decided.",
});
export type GateMode = Static<typeof GateMode>;
const Pattern = Text(PATTERN_LENGTH_MAX, {
  description:
    "The name of a tool, and in parentheses what it is called with: Bash(rm *), mcp__*, Write(/etc/*), *. A star stands for any text.",
});

export const NewGateRule = Fields({
  tool_pattern: Pattern,
  agent_id: Type.Optional(Type.String({ ...Id, description: "Without it, the rule is for all agents." })),
  decision: GateDecision,
  mode: Defaulted(GateMode, "shadow"),
});
const RULE = {
  id: Id,
  tool_pattern: Type.String(),
  agent_id: Nullable(Id),
  decision: GateDecision,
  mode: GateMode,
  created_by: Id,
  created_at: Time,
};
export const GateRule = Fields(RULE, { title: "GateRule" });
export type GateRule = Static<typeof GateRule>;
const RuleColumns = Fields({ ...RULE, ended_at: Nullable(Time), ended_by: Nullable(Id) });
export type GateRuleRow = Static<typeof RuleColumns>;
export const GATE_RULE_COLUMNS = columnsOf(RuleColumns);

const TOOL_NAME_MAX = 200;
/** The call that a client is about to make. */
export const Call = {
  tool_name: Text(TOOL_NAME_MAX),
  input: Type.Unsafe<Record<string, unknown>>({ ...JsonObject, description: "What the tool is called with." }),
};
export interface Call {
  tool_name: string;
  input: Readonly<Record<string, unknown>>;
  /** The folder in which the client works, where it is known. */
  cwd?: string | undefined;
}

const DOORS = ["hook", "prompt"] as const;
/** hook: the client asks before each call. prompt: the client asks because it needs a permission. */
export const Door = Literals(DOORS, { title: "GateDoor" });
export type Door = Static<typeof Door>;

/** The answer to a client. `none`: no rule is about the call. `wait`: people have not decided. */
export const Answer = Fields({
  decision: Literals(["allow", "deny", "wait", "none"]),
  reason: Nullable(Type.String()),
  action_id: Nullable(Id),
  /** The input that a person gave in place of the agent's. */
  input: Nullable(JsonObject),
});
export type Answer = Static<typeof Answer>;

/** The form that a permission prompt of Claude Code expects. */
export const PromptAnswer = Fields(
  {
    behavior: Literals(["allow", "deny"]),
    updatedInput: Type.Optional(JsonObject),
    message: Type.Optional(Type.String()),
  },
  { title: "PermissionAnswer" },
);
export type PromptAnswer = Static<typeof PromptAnswer>;
