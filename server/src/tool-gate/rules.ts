/** Decides about a call by the rules of the workspace, and words the answers. Pure. */
import { exactness, matcherOf } from "./pattern-rules.ts";
import type { Answer, Call, GateMode, GateRule } from "./schema.ts";

/** Facts of one kind of decision, for one agent and minute. The decisions after them share one fact. */
export const FACTS_PER_MINUTE = 5;
/** A rejection holds for equal calls in this time. */
export const REJECTED_MS = 3_600_000;

export interface Decided {
  enforced: GateRule | undefined;
  shadow: GateRule | undefined;
}

/** Returns the enforced rule for the call, and the rule in shadow, where there is one. */
export function decidedBy(rules: readonly GateRule[], call: Call, agentId: string): Decided {
  const isAbout = matcherOf(call);
  const matching = rules
    .filter(({ agent_id }) => agent_id === null || agent_id === agentId)
    .filter(({ tool_pattern, decision }) => isAbout(tool_pattern, decision))
    .sort(strongerFirst);
  const ofMode = (mode: GateMode) => matching.find((rule) => rule.mode === mode);
  return { enforced: ofMode("enforce"), shadow: ofMode("shadow") };
}

/** A deny wins. Then the most exact pattern wins, then the rule for one agent, then an ask. */
function strongerFirst(one: GateRule, other: GateRule): number {
  const ranks = [one, other].map(({ decision, tool_pattern, agent_id, id }) => [
    decision === "deny" ? 0 : 1,
    -exactness(tool_pattern),
    agent_id === null ? 1 : 0,
    decision === "ask" ? 0 : 1,
    id,
  ]);
  const [first = [], second = []] = ranks;
  for (const [place, rank] of first.entries()) {
    const against = second[place];
    if (against !== undefined && rank !== against) return rank < against ? -1 : 1;
  }
  return 0;
}

export const denied = (rule: GateRule): Answer => ({
  decision: "deny",
  reason: `A rule of this workspace forbids this call: ${rule.tool_pattern}. Do not try it in another form.`,
  action_id: null,
  input: null,
});

export const allowed = (action_id: string | null, input: Record<string, unknown> | null): Answer => ({
  decision: "allow",
  reason: null,
  action_id,
  input,
});

/** The client shows this text to the model. */
export const waiting = (action_id: string): Answer => ({
  decision: "wait",
  reason: `This call waits for the approval of a person (action ${action_id}). Read it with actions_get until it is approved, then repeat exactly the same call.`,
  action_id,
  input: null,
});

export const rejected = (action_id: string, reason: string | null): Answer => ({
  decision: "deny",
  reason: `A person rejected this call (action ${action_id}).${reason === null ? "" : ` Reason: ${reason}`}`,
  action_id,
  input: null,
});

export const unruled: Answer = { decision: "none", reason: null, action_id: null, input: null };

export const TOO_LARGE: Answer = {
  decision: "deny",
  reason: "The call is too large to be shown to a person, and a rule of this workspace asks one. Split it.",
  action_id: null,
  input: null,
};
