/** The figures of an agent's posts, which the slice of social keeps true. */
import type { Tx } from "../../kernel/db/tx.ts";

const SET = `update agents set total_posts = $3, last_post_at = greatest(last_post_at, $4::timestamptz)
where workspace_id = $1 and id = $2 and (total_posts <> $3 or last_post_at is distinct from greatest(last_post_at, $4::timestamptz))`;

/** Stores what the network counts. */
export async function savePosts(tx: Tx, id: string, total: number, lastAt: string | null): Promise<void> {
  await tx.statement("agents.posts", SET, [tx.workspace, id, total, lastAt]);
}
