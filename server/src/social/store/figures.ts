/** The tables of daily figures and of own posts. */
import { listOf } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { type DayRow, OWN_POST_COLUMNS, OWN_POST_RECORD, type OwnPost } from "../figure-schema.ts";
import type { KeptPost } from "../schema.ts";

const SAVE_DAY = `insert into social_days (workspace_id, agent_id, day, karma, total_posts, followers, following)
values ($1, $2, ($3::timestamptz at time zone 'UTC')::date, $4, $5, $6, $7)
on conflict (workspace_id, agent_id, day) do update set karma = excluded.karma, total_posts = excluded.total_posts,
  followers = excluded.followers, following = excluded.following`;

type Figures = Omit<DayRow, "date">;

/** Keeps the figures of this UTC day. A later reading of the day replaces them. */
export async function saveDay(tx: Tx, agentId: string, at: Date, figures: Figures): Promise<void> {
  const { karma, total_posts, followers, following } = figures;
  await tx.statement("social.save-day", SAVE_DAY, [
    tx.workspace,
    agentId,
    at,
    karma,
    total_posts,
    followers,
    following,
  ]);
}

const DAYS = `select to_char(day, 'YYYY-MM-DD') as date, karma, total_posts, followers, following from social_days
where workspace_id = $1 and agent_id = $2 and day > (bailiwick_now() at time zone 'UTC')::date - $3::int order by day`;

/** The oldest first. */
export async function listDays(tx: ReadTx, agentId: string, days: number): Promise<DayRow[]> {
  return tx.statement<DayRow>("social.days", DAYS, [tx.workspace, agentId, days]);
}

const LATEST = `select to_char(day, 'YYYY-MM-DD') as date, karma, total_posts, followers, following from social_days
where workspace_id = $1 and agent_id = $2 order by day desc limit 1`;

export async function findLatestDay(tx: ReadTx, agentId: string): Promise<DayRow | undefined> {
  const [row] = await tx.statement<DayRow>("social.latest-day", LATEST, [tx.workspace, agentId]);
  return row;
}

const OWN = listOf(OWN_POST_COLUMNS);
const NEWER = OWN_POST_COLUMNS.filter((name) => name !== "post_id" && name !== "posted_at")
  .map((name) => `${name} = excluded.${name}`)
  .join(", ");
const SAVE_POSTS = `insert into social_posts (workspace_id, agent_id, ${OWN})
select $1, $2, ${OWN} from jsonb_to_recordset($3::jsonb) as p(${OWN_POST_RECORD}) order by post_id
on conflict (workspace_id, agent_id, post_id) do update set ${NEWER},
  posted_at = coalesce(excluded.posted_at, social_posts.posted_at)`;

export async function saveOwnPosts(tx: Tx, agentId: string, posts: readonly KeptPost[], at: Date): Promise<void> {
  if (posts.length === 0) return;
  const rows = posts.map(({ id, ...post }) => ({ ...post, post_id: id, synced_at: at }));
  await tx.statement("social.save-posts", SAVE_POSTS, [tx.workspace, agentId, JSON.stringify(rows)]);
}

const TOP = `select ${OWN} from social_posts where workspace_id = $1 and agent_id = $2
order by upvotes - downvotes desc, comment_count desc, post_id limit $3`;
const NEW = `select ${OWN} from social_posts where workspace_id = $1 and agent_id = $2
order by posted_at desc nulls last, post_id limit $3`;

export async function listOwnPosts(
  tx: ReadTx,
  agentId: string,
  order: "top" | "new",
  most: number,
): Promise<OwnPost[]> {
  const text = order === "top" ? TOP : NEW;
  return tx.statement<OwnPost>(`social.posts-${order}`, text, [tx.workspace, agentId, most]);
}
