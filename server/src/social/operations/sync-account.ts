import { changed, command, refused, unchanged } from "../../kernel/operation.ts";
import { OfAgent, Overview } from "../figure-schema.ts";
import { requireAccount } from "../network.ts";
import { READ_PROBLEMS } from "../problems.ts";
import { notConnected } from "../rules.ts";
import { type Looked, lookAtFigures, overviewOf, storeFigures } from "../sync.ts";

export const syncAccount = command({
  name: "social.sync",
  summary: "Read the karma, the followers and the posts of an agent on Moltbook now. A job does so every day.",
  route: "POST /analytics/sync",
  permission: "social:write",
  input: OfAgent,
  output: Overview,
  problems: READ_PROBLEMS,
  outside: ({ env, read, actor }, { agent_id }) =>
    lookAtFigures(env, read, (tx) => requireAccount(tx, actor, agent_id)),
  async run({ tx, actor, now, found }, { agent_id }) {
    await requireAccount(tx, actor, agent_id);
    // `outside` returned it.
    const looked = found as Looked;
    if (looked.refused) throw looked.refused;
    const { account, facts } = await storeFigures(tx, agent_id, looked, now);
    if (!account) throw notConnected(undefined);
    const [first, ...more] = facts;
    const { answer } = looked;
    if (answer && !answer.body) {
      if (!first) throw answer.problem;
      return refused(answer.problem, first, ...more);
    }
    const output = await overviewOf(tx, account);
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
