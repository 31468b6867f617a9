import { may } from "../../kernel/actor.ts";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { accountToWire } from "../rules.ts";
import { Accounts } from "../schema.ts";
import { listAccounts } from "../store/accounts.ts";

export const getAccounts = query({
  name: "social.get_accounts",
  summary: "Read the accounts of agents on Moltbook, with their state. An agent sees its own.",
  route: "GET /moltbook/accounts",
  permission: "social:read",
  input: Fields({}),
  output: Accounts,
  problems: [],
  async run({ tx, actor }) {
    const rows = await listAccounts(tx);
    const seen = actor.kind === "agent" ? rows.filter(({ agent_id }) => agent_id === actor.id) : rows;
    return { items: seen.map((row) => accountToWire(row, tx.now, may(actor, "social:manage"))) };
  },
});
