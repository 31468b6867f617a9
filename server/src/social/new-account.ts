/** Stores the account of an agent: the first one, or one in place of an account whose key is dead. */
import { requireAgent } from "../agents/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { sealKey } from "./keys.ts";
import type { AccountRow } from "./schema.ts";
import { findAccount, insertAccount, lockAccount, saveAccount } from "./store/accounts.ts";

const taken = () =>
  new Problem("conflict", "The agent has an account on Moltbook.", {
    next_step: "Read its status. A new account is possible when the network refuses its key.",
  });

/** Throws unless the agent needs an account. */
export async function requireNoAccount(tx: ReadTx, agentId: string): Promise<void> {
  await requireAgent(tx, agentId);
  const account = await findAccount(tx, agentId);
  if (account && account.state !== "key_dead") throw taken();
}

interface NewAccount extends Pick<AccountRow, "agent_id" | "name" | "description" | "state"> {
  key: string;
  claim_url: string;
  verification_code: string;
}

/** Throws when another call was faster. */
export async function storeAccount(
  { tx, env, now }: CommandContext,
  { key, claim_url, verification_code, ...named }: NewAccount,
): Promise<AccountRow> {
  const at = now.toISOString();
  const row = {
    ...named,
    sealed_key: sealKey(env.secrets, tx.workspace, named.agent_id, key),
    claim_url: claim_url || null,
    verification_code: verification_code || null,
    registered_at: at,
    sync_due_at: at,
  };
  const inserted = await insertAccount(tx, row);
  if (inserted) return inserted;
  const before = await lockAccount(tx, named.agent_id);
  if (before?.state !== "key_dead") throw taken();
  const replaced = { ...before, ...row, ...CLEARED };
  await saveAccount(tx, replaced);
  return replaced;
}

const CLEARED = { state_reason: null, wrong_answers: 0, stopped_at: null, reads_from: null, sync_error: null };
