import { setNetworkName } from "../../agents/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { socialRegistered } from "../facts.ts";
import { call } from "../network.ts";
import { requireNoAccount, storeAccount } from "../new-account.ts";
import { READ_PROBLEMS } from "../problems.ts";
import { Registered, Registration } from "../schema.ts";
import { type Heard, registrationIn } from "../upstream.ts";

export const registerAgent = command({
  name: "social.register",
  summary: "Register an agent on Moltbook. Its key is sealed here and never shown; a person claims the account next.",
  description: "Open claim_url and follow it there. social.get_status says when the account is claimed.",
  route: "POST /moltbook/register",
  status: 201,
  permission: "social:manage",
  input: Registration,
  output: Registered,
  problems: [...READ_PROBLEMS, "conflict", "illegal_step"],
  async outside({ env, read }, { agent_id, name, description }) {
    const at = await read(async (tx) => {
      await requireNoAccount(tx, agent_id);
      return tx.now;
    });
    return call(env, { key: undefined, at }, { method: "POST", path: "/agents/register", body: { name, description } });
  },
  async run(context, { agent_id, name, description }) {
    // `outside` returned it.
    const answer = context.found as Heard;
    if (!answer.body) throw answer.problem;
    const made = registrationIn(answer.body);
    if (!made) throw new Problem("upstream_unavailable", "Moltbook answered without a key.");
    const named = await setNetworkName(context, agent_id, name);
    await storeAccount(context, { agent_id, name, description, state: "unclaimed", ...made });
    const { claim_url, verification_code } = made;
    const fact = socialRegistered(agent_id, { name, is_existing: false }, { agent_id });
    return changed({ agent_id, claim_url, verification_code }, fact, ...named);
  },
});
