import { may } from "../../kernel/actor.ts";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { call, openAccount, requireAccount } from "../network.ts";
import { READ_PROBLEMS } from "../problems.ts";
import { accountToWire } from "../rules.ts";
import { Account, AgentId } from "../schema.ts";
import { noteClaimed } from "../store/accounts.ts";
import { type Heard, isClaimedIn } from "../upstream.ts";

export const getStatus = query({
  name: "social.get_status",
  summary: "Read the state of the account of an agent on Moltbook, and what a person does next.",
  description: "While the account is unclaimed, this asks the network if it is claimed now.",
  route: "GET /moltbook/agents/{agent_id}/status",
  permission: "social:read",
  input: Fields({ agent_id: AgentId }),
  output: Account,
  problems: READ_PROBLEMS,
  async outside(context, { agent_id }) {
    const opened = await context.read(async (tx) => {
      const { state } = await requireAccount(tx, context.actor, agent_id);
      return state === "unclaimed" ? openAccount(tx, context, agent_id) : undefined;
    });
    return opened && call(context.env, opened, { method: "GET", path: "/agents/status" });
  },
  async run({ tx, actor, found, afterwards }, { agent_id }) {
    const account = await requireAccount(tx, actor, agent_id);
    // `outside` returned it. A network that does not answer leaves the state as it is.
    const answer = found as Heard | undefined;
    const isClaimed = account.state === "unclaimed" && answer?.body !== undefined && isClaimedIn(answer.body);
    if (isClaimed) afterwards((write) => noteClaimed(write, agent_id));
    const shown = isClaimed ? { ...account, state: "active" as const } : account;
    return accountToWire(shown, tx.now, may(actor, "social:manage"));
  },
});
