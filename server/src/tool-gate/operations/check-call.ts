import Type from "typebox";
import { command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { decideCall } from "../decide-call.ts";
import { Answer, Call } from "../schema.ts";

const CWD_LENGTH_MAX = 4_096;
const SESSION_LENGTH_MAX = 200;
/** A call that writes a large file is decided, too. A person sees only what an action can hold. */
const INPUT_BYTES_MAX = 1024 * 1024;
const INPUT_VALUES_MAX = 20_000;

/** The route that reads the form of a client dispatches this. */
export const checkCall = command({
  name: "gate.check_call",
  summary: "Decide about a call that a client is about to make.",
  route: "POST /gate/calls",
  internal: "by-surface",
  permission: "actions:write",
  requests: "work",
  pastQuota: "passes",
  inputLimits: { bytes: INPUT_BYTES_MAX, values: INPUT_VALUES_MAX },
  input: Fields({
    ...Call,
    cwd: Type.Optional(Type.String({ maxLength: CWD_LENGTH_MAX })),
    session_id: Type.Optional(Type.String({ maxLength: SESSION_LENGTH_MAX })),
  }),
  output: Answer,
  problems: ["forbidden", "conflict", "agent_paused"],
  async run({ tx, actor, env }, { tool_name, input, cwd, session_id }) {
    const where = [session_id && `session ${session_id}`, cwd && `folder ${cwd}`].filter(Boolean).join(", ");
    const about = `The client is about to make this call${where === "" ? "" : ` (${where})`}.`;
    return decideCall(
      { tx, actor, publicUrl: env.publicUrl },
      { call: { tool_name, input, cwd }, door: "hook", about },
    );
  },
});
