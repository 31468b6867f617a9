/** Reads the figures of an account, and stores them. */
import { savePosts } from "../agents/index.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Environment } from "../kernel/environment.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import type { Problem } from "../kernel/problem.ts";
import { socialSuspended, socialSynced } from "./facts.ts";
import type { Overview } from "./figure-schema.ts";
import { TOP_POSTS } from "./figure-schema.ts";
import { openKey } from "./keys.ts";
import { call } from "./network.ts";
import { profilePlace, syncRefusal } from "./rules.ts";
import type { AccountRow } from "./schema.ts";
import { lockAccount, saveAccount } from "./store/accounts.ts";
import { findLatestDay, listOwnPosts, saveDay, saveOwnPosts } from "./store/figures.ts";
import { afterNote, afterSync } from "./sync-rules.ts";
import { type Heard, type KeptPage, profileIn } from "./upstream.ts";

/** An answer about the account, of a request that began at `at`; or the reason why no request was sent. */
export interface Looked {
  answer?: Heard;
  refused?: Problem;
  at: Date;
}

export async function lookAtFigures(
  env: Pick<Environment, "settings" | "secrets">,
  read: <T>(work: (tx: ReadTx) => Promise<T>) => Promise<T>,
  account: (tx: ReadTx) => Promise<AccountRow>,
): Promise<Looked> {
  const opened = await read(async (tx) => {
    const row = await account(tx);
    return { row, key: openKey(env.secrets, tx.workspace, row), at: tx.now };
  });
  const { row, at } = opened;
  const refused = syncRefusal(row, at);
  if (refused) return { refused, at };
  return { answer: await call(env, opened, { method: "GET", path: profilePlace(row.name).path }), at };
}

/** Stores the figures, or what the refusal says about the account. Returns the facts. */
export async function storeFigures(
  tx: Tx,
  agentId: string,
  { answer, at: askedAt }: Looked,
  now: Date,
): Promise<{ account: AccountRow | undefined; facts: Fact[] }> {
  const account = await lockAccount(tx, agentId);
  if (!account || !answer) return { account, facts: [] };
  // Another sync began later and ended before.
  if (account.synced_at !== null && Date.parse(account.synced_at) >= askedAt.getTime()) return { account, facts: [] };
  if (!answer.body) {
    const noted = afterNote(account, answer.note, answer.problem.message, now);
    await saveAccount(tx, noted);
    return { account: noted, facts: suspendedFacts(account, noted) };
  }
  const page = profileIn(answer.body, account.name);
  const synced = afterSync(account, page, answer.note, now);
  await saveAccount(tx, synced);
  const fact = await saveFigures(tx, synced, page, now);
  return { account: synced, facts: [fact] };
}

export function suspendedFacts(before: AccountRow, { agent_id, name, state, ...after }: AccountRow): Fact[] {
  if (state === before.state || (state !== "suspended" && state !== "key_dead")) return [];
  const { state_reason: reason, suspended_until: until } = after;
  return [socialSuspended(agent_id, { name, state, reason, until }, { agent_id })];
}

async function saveFigures(tx: Tx, account: AccountRow, { posts, persona }: KeptPage, now: Date): Promise<Fact> {
  const { agent_id, name } = account;
  const { karma = 0, followers = 0, following = 0, total_posts = 0 } = persona ?? {};
  const figures = { karma, followers, following, total_posts };
  await saveDay(tx, agent_id, now, figures);
  await saveOwnPosts(tx, agent_id, posts, now);
  const times = posts.flatMap(({ posted_at }) => posted_at ?? []).sort();
  await savePosts(tx, agent_id, total_posts, times.at(-1) ?? null);
  return socialSynced(agent_id, { name, ...figures }, { agent_id });
}

export async function overviewOf(tx: ReadTx, { agent_id, synced_at, sync_error }: AccountRow): Promise<Overview> {
  const current = (await findLatestDay(tx, agent_id)) ?? null;
  const top_posts = await listOwnPosts(tx, agent_id, "top", TOP_POSTS);
  return { agent_id, current, top_posts, synced_at, sync_error };
}
