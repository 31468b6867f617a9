import { setNetworkName } from "../../agents/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { socialRegistered } from "../facts.ts";
import { call } from "../network.ts";
import { requireNoAccount, storeAccount } from "../new-account.ts";
import { READ_PROBLEMS } from "../problems.ts";
import { accountToWire } from "../rules.ts";
import { Account, ExistingAccount, NAME_LENGTH_MAX } from "../schema.ts";
import { type Heard, profileIn } from "../upstream.ts";

export const connectAccount = command({
  name: "social.connect",
  summary: "Give the key of an account that the agent has on Moltbook already. The key is sealed and never shown.",
  route: "POST /moltbook/connect",
  status: 201,
  permission: "social:manage",
  input: ExistingAccount,
  output: Account,
  problems: [...READ_PROBLEMS, "conflict", "illegal_step"],
  async outside({ env, read }, { agent_id, api_key: key }) {
    const at = await read(async (tx) => {
      await requireNoAccount(tx, agent_id);
      return tx.now;
    });
    return call(env, { key, at }, { method: "GET", path: "/agents/me" });
  },
  async run(context, { agent_id, api_key: key }) {
    // `outside` returned it.
    const answer = context.found as Heard;
    if (!answer.body) throw answer.problem;
    const { persona } = profileIn(answer.body, "");
    const name = persona?.name.slice(0, NAME_LENGTH_MAX) ?? "";
    if (!persona || name === "") throw new Problem("upstream_refused", "Moltbook named no agent for this key.");
    const named = await setNetworkName(context, agent_id, name);
    const state = persona.is_claimed ? ("active" as const) : ("unclaimed" as const);
    const description = persona.description.slice(0, 1_000);
    const made = { key, claim_url: "", verification_code: "" };
    const row = await storeAccount(context, { agent_id, name, description, state, ...made });
    const fact = socialRegistered(agent_id, { name, is_existing: true }, { agent_id });
    return changed(accountToWire(row, context.now, true), fact, ...named);
  },
});
