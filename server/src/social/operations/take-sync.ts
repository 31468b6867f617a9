import { command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, Nullable } from "../../kernel/schema.ts";
import { SYNC_TURN_MS } from "../rules.ts";
import { lockDue, saveAccount } from "../store/accounts.ts";

export const takeSync = command({
  name: "social.take_sync",
  summary: "Take the next account whose sync is due. Other processes pass it over meanwhile.",
  route: "POST /internal/social/take-sync",
  internal: true,
  permission: "social:sync",
  pastQuota: "passes",
  input: Fields({}),
  output: Fields({ agent_id: Nullable(Id) }),
  problems: [],
  async run({ tx, now }) {
    const account = await lockDue(tx);
    if (!account) return unchanged({ agent_id: null });
    await saveAccount(tx, { ...account, sync_due_at: new Date(now.getTime() + SYNC_TURN_MS).toISOString() });
    return unchanged({ agent_id: account.agent_id });
  },
});
