import Type from "typebox";
import { createNamedAgent, requireUsableAgent } from "../../agents/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { deviceApproved } from "../facts.ts";
import { Device, Name, UserCode } from "../schema.ts";
import { saveDecision } from "../store/codes.ts";
import { withWaitingCode } from "../waiting-code.ts";

export const approveDevice = command({
  name: "auth.approve_device",
  summary:
    "Let the program that waits with a code join this workspace as an agent: an agent that exists, or a new one.",
  description: "The program gets a key of the agent. You are responsible for the key.",
  route: "POST /auth/device/approve",
  permission: "keys:write",
  tool: false,
  input: Fields({
    user_code: UserCode,
    agent_id: Type.Optional(Id),
    new_agent_name: Type.Optional(Name),
  }),
  output: Fields({ id: Device.properties.id, agent_id: Id }),
  problems: ["not_found", "already_decided", "conflict", "rate_limited", "forbidden", "tier_limit"],
  async run(context, { user_code, agent_id, new_agent_name }) {
    if ((agent_id === undefined) === (new_agent_name === undefined)) {
      throw invalid("/agent_id", "Name either an agent that exists or a new one.");
    }
    return withWaitingCode(context, user_code, async ({ id, client_name }, personId) => {
      const { tx } = context;
      const made = new_agent_name === undefined ? undefined : await createNamedAgent(context, new_agent_name);
      const agentId = made?.output.id ?? agent_id ?? "";
      if (!made) await requireUsableAgent(tx, agentId);
      await saveDecision(tx, { id, decision: "approved", personId, agentId });
      const fact = deviceApproved(id, { client_name, agent_id: agentId }, { agent_id: agentId });
      return changed({ id, agent_id: agentId }, fact, ...(made?.facts ?? []));
    });
  },
});
