import Type from "typebox";
import { hotCommand, type Outcome } from "../../kernel/operation.ts";
import { Defaulted, Fields } from "../../kernel/schema.ts";
import { decideCall } from "../decide-call.ts";
import { type Answer, Call, PromptAnswer, WAIT_SECONDS_MAX } from "../schema.ts";

const ID_LENGTH_MAX = 200;
const WAITS = "This call waits";

export const askPermission = hotCommand({
  name: "gate.ask_permission",
  summary: "Ask whether a call of a tool may run, as the permission prompt of Claude Code.",
  description:
    "For --permission-prompt-tool. Without a rule for the call, a person decides. A person may change the input. While " +
    "nobody has decided, the call is denied; read the action with actions.get until it is approved, then make exactly the same call again.",
  route: "POST /gate/permission-prompt",
  permission: "actions:write",
  requests: "work",
  pastQuota: "passes",
  mcpDefaults: { wait_seconds: WAIT_SECONDS_MAX },
  input: Fields({
    ...Call,
    tool_use_id: Type.Optional(Type.String({ maxLength: ID_LENGTH_MAX })),
    wait_seconds: Defaulted(Type.Integer({ minimum: 0, maximum: WAIT_SECONDS_MAX }), 0),
  }),
  output: PromptAnswer,
  problems: ["forbidden", "conflict", "agent_paused"],
  poll: {
    seconds: ({ wait_seconds }) => wait_seconds,
    isEmpty: ({ message }) => message?.startsWith(WAITS) ?? false,
    wakes: (fact) => ({
      owners: fact.agent_id && fact.subject.kind === "action" ? [fact.agent_id] : [],
      others: false,
    }),
  },
  async run({ tx, actor, env }, { tool_name, input }) {
    const about = "The client needs a permission for this call.";
    const call = { tool_name, input };
    const outcome = await decideCall({ tx, actor, publicUrl: env.publicUrl }, { call, door: "prompt", about });
    return prompted(outcome, input);
  },
  /** Each call takes locks of its own, so none shares a transaction. */
  plan: () => ({ statements: [], read: () => [] }),
});

function prompted(outcome: Outcome<Answer>, input: Record<string, unknown>): Outcome<PromptAnswer> {
  if (outcome.kind === "refused") return outcome;
  const { decision, reason, input: edited } = outcome.output;
  const output: PromptAnswer =
    decision === "allow"
      ? { behavior: "allow", updatedInput: edited ?? input }
      : { behavior: "deny", message: reason ?? "The gate did not allow this call." };
  return { ...outcome, output };
}
