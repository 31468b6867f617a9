/** Calls Moltbook with the key of an agent, outside any transaction. */

import { requireAgent } from "../agents/index.ts";
import { callMoltbook, type MoltbookRequest } from "../connections/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import type { Environment } from "../kernel/environment.ts";
import type { OutsideContext } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { openKey } from "./keys.ts";
import { callRefusal, notConnected } from "./rules.ts";
import type { AccountRow } from "./schema.ts";
import { findAccount } from "./store/accounts.ts";
import { type Heard, heard } from "./upstream.ts";

/** An account with its key. It never leaves the server. */
export interface OpenAccount {
  account: AccountRow;
  key: string;
  at: Date;
}

/** An agent uses only its own key. */
export function requireOwn({ kind, id }: Actor, agentId: string): void {
  if (kind === "agent" && id !== agentId) throw new Problem("forbidden", "An agent uses only its own account.");
}

/** Throws for an agent that the workspace does not have, and for one without an account. */
export async function requireAccount(tx: ReadTx, actor: Actor, agentId: string): Promise<AccountRow> {
  requireOwn(actor, agentId);
  await requireAgent(tx, agentId);
  const account = await findAccount(tx, agentId);
  if (!account) throw notConnected(undefined);
  return account;
}

/** Throws also when the network must not be called with the account now. */
export async function openAccount(
  tx: ReadTx,
  { actor, env }: Pick<OutsideContext, "actor" | "env">,
  agentId: string,
): Promise<OpenAccount> {
  const account = await requireAccount(tx, actor, agentId);
  const refusal = callRefusal(account, tx.now);
  if (refusal) throw refusal;
  return { account, key: openKey(env.secrets, tx.workspace, account), at: tx.now };
}

export async function call(
  env: Pick<Environment, "settings">,
  { key, at }: { key: string | undefined; at: Date },
  request: MoltbookRequest,
): Promise<Heard> {
  const { moltbookUrl: base_url, privateHosts: allowed } = env.settings;
  return heard(await callMoltbook({ base_url, key }, request, { allowed }), at);
}
