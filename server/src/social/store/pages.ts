/** The tables of kept pages and of votes. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import type { KeptPage } from "../upstream.ts";

/** The pages of one workspace, and their bytes together. */
const PAGES_MAX = 50;
const BYTES_MAX = 4 * 1024 * 1024;

export interface PageRow {
  body: KeptPage;
  read_at: string;
}

const FIND = "select body, read_at from social_pages where workspace_id = $1 and place = $2";

export async function findPage(tx: ReadTx, place: string): Promise<PageRow | undefined> {
  const [row] = await tx.statement<PageRow>("social.page", FIND, [tx.workspace, place]);
  return row;
}

const LIST = `select body, read_at from social_pages where workspace_id = $1 order by read_at desc, place limit ${PAGES_MAX}`;

/** The newest first. */
export async function listPages(tx: ReadTx): Promise<PageRow[]> {
  return tx.statement<PageRow>("social.pages", LIST, [tx.workspace]);
}

const SAVE = `insert into social_pages (workspace_id, place, body, bytes, read_at)
values ($1, $2, $3::jsonb, $4, $5)
on conflict (workspace_id, place) do update set body = excluded.body, bytes = excluded.bytes, read_at = excluded.read_at
where social_pages.read_at < excluded.read_at`;
const PRUNE = `delete from social_pages p using (
  select place, row_number() over w as n, sum(bytes) over w as total from social_pages where workspace_id = $1
  window w as (order by read_at desc, place)) k
where p.workspace_id = $1 and p.place = k.place and (k.n > ${PAGES_MAX} or k.total > ${BYTES_MAX})`;

/** Keeps the page, and drops the oldest pages beyond the limits. */
export async function savePage(tx: Tx, place: string, { body, read_at }: PageRow): Promise<void> {
  const text = JSON.stringify(body);
  await tx.statement("social.save-page", SAVE, [tx.workspace, place, text, Buffer.byteLength(text), read_at]);
  await tx.statement("social.prune-pages", PRUNE, [tx.workspace]);
}

const VOTES = `select post_id from social_votes where workspace_id = $1 and agent_id = $2 and post_id = any($3::text[])`;

/** Returns those of the posts that the agent has upvoted. */
export async function findVotes(tx: ReadTx, agentId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.statement<{ post_id: string }>("social.votes", VOTES, [tx.workspace, agentId, [...ids]]);
  return new Set(rows.map(({ post_id }) => post_id));
}

const VOTE = `insert into social_votes (workspace_id, agent_id, post_id, voted_at) values ($1, $2, $3, $4)
on conflict do nothing returning post_id`;

/** Returns false when the vote was there already. */
export async function insertVote(tx: Tx, agentId: string, postId: string, at: Date): Promise<boolean> {
  return (await tx.statement("social.vote", VOTE, [tx.workspace, agentId, postId, at])).length > 0;
}

const UNVOTE = `delete from social_votes where workspace_id = $1 and agent_id = $2 and post_id = $3 returning post_id`;

export async function deleteVote(tx: Tx, agentId: string, postId: string): Promise<boolean> {
  return (await tx.statement("social.unvote", UNVOTE, [tx.workspace, agentId, postId])).length > 0;
}
