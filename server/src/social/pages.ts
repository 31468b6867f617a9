/** Reads pages of the network through what the workspace keeps of them. */
import type { OutsideContext, QueryContext } from "../kernel/operation.ts";
import { call, openAccount, requireAccount } from "./network.ts";
import { isFresh, type Place, shownPosts } from "./rules.ts";
import type { ShownPost } from "./schema.ts";
import { hurrySync, noteLimited } from "./store/accounts.ts";
import { findPage, findVotes, type PageRow, savePage } from "./store/pages.ts";
import type { Heard, KeptPage } from "./upstream.ts";

/** A page that was read now, or that is kept; or the refusal of the network. */
export type Read = { page: PageRow; isNew: boolean } | { refused: Heard };

export async function readPage(
  context: OutsideContext,
  agentId: string,
  place: Place,
  pageIn: (body: Record<string, unknown>) => KeptPage,
): Promise<Read> {
  const { env, read } = context;
  const { kept, opened } = await read(async (tx) => {
    await requireAccount(tx, context.actor, agentId);
    const kept = await findPage(tx, place.key);
    if (kept && isFresh(kept.read_at, place, tx.now)) return { kept, opened: undefined };
    return { kept: undefined, opened: await openAccount(tx, context, agentId) };
  });
  if (kept) return { page: kept, isNew: false };
  const answer = await call(env, opened, { method: "GET", path: place.path });
  if (!answer.body) return { refused: answer };
  return { page: { body: pageIn(answer.body), read_at: opened.at.toISOString() }, isNew: true };
}

/** Keeps a new page, and notes a refusal, after the answer. Throws the refusal. */
export async function keptPage(
  { afterwards, found }: Pick<QueryContext, "afterwards" | "found">,
  agentId: string,
  place: Place,
): Promise<PageRow> {
  // `outside` returned it.
  const read = found as Read;
  if ("refused" in read) {
    noteRefusal(afterwards, agentId, read.refused);
    if (!read.refused.body) throw read.refused.problem;
    throw new Error("A refusal has a problem.");
  }
  const { page, isNew } = read;
  if (isNew) afterwards((tx) => savePage(tx, place.key, page));
  return page;
}

/** A dead key and a suspension are looked at by the next sync, which begins at once. */
function noteRefusal(afterwards: QueryContext["afterwards"], agentId: string, { note }: Heard): void {
  if (note?.state) afterwards((tx) => hurrySync(tx, agentId, null));
  const { not_before } = note ?? {};
  if (not_before !== undefined) afterwards((tx) => noteLimited(tx, agentId, not_before));
}

export async function withVotes(
  { tx }: Pick<QueryContext, "tx">,
  agentId: string,
  { posts }: KeptPage,
): Promise<ShownPost[]> {
  return shownPosts(
    posts,
    await findVotes(
      tx,
      agentId,
      posts.map(({ id }) => id),
    ),
  );
}
