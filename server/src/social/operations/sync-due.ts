import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { notConnected } from "../rules.ts";
import { findAccount } from "../store/accounts.ts";
import { type Looked, lookAtFigures, storeFigures } from "../sync.ts";

export const syncDue = command({
  name: "social.sync_due",
  summary: "Read and store the figures of an account that this process took.",
  route: "POST /internal/social/sync-due",
  internal: true,
  permission: "social:sync",
  pastQuota: "passes",
  input: Fields({ agent_id: Id }),
  output: Fields({ is_synced: Type.Boolean() }),
  problems: [],
  outside: ({ env, read }, { agent_id }) =>
    lookAtFigures(env, read, async (tx) => {
      const account = await findAccount(tx, agent_id);
      if (!account) throw notConnected(undefined);
      return account;
    }),
  async run({ tx, now, found }, { agent_id }) {
    // `outside` returned it.
    const looked = found as Looked;
    const { facts } = await storeFigures(tx, agent_id, looked, now);
    const [first, ...more] = facts;
    const output = { is_synced: looked.answer?.body !== undefined };
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
