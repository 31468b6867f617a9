/** Sends a vote of a person with the key of an agent, and stores it. */
import { type CommandContext, changed, type OutsideContext, unchanged } from "../kernel/operation.ts";
import type { InputOf } from "../kernel/schema.ts";
import { socialVoted } from "./facts.ts";
import { call, openAccount, requireAccount } from "./network.ts";
import type { VoteInput } from "./schema.ts";
import { hurrySync } from "./store/accounts.ts";
import { deleteVote, findVotes, insertVote } from "./store/pages.ts";
import type { Heard } from "./upstream.ts";

type Vote = InputOf<typeof VoteInput>;

/** Returns undefined when the vote is as wanted already: a second upvote might take back the first. */
export async function sendVote(
  context: OutsideContext,
  { id, agent_id }: Vote,
  isUp: boolean,
): Promise<Heard | undefined> {
  const { env, read } = context;
  const opened = await read(async (tx) => {
    const account = await openAccount(tx, context, agent_id);
    const isThere = (await findVotes(tx, agent_id, [id])).has(id);
    return isThere === isUp ? undefined : account;
  });
  const path = `/posts/${encodeURIComponent(id)}/upvote`;
  return opened && call(env, opened, { method: isUp ? "POST" : "DELETE", path });
}

export async function storeVote({ tx, now, actor, found }: CommandContext, { id, agent_id }: Vote, isUp: boolean) {
  const { name } = await requireAccount(tx, actor, agent_id);
  const output = { post_id: id, is_upvoted: isUp };
  // `outside` returned it.
  const answer = found as Heard | undefined;
  if (!answer) return unchanged(output);
  if (!answer.body) throw answer.problem;
  if (answer.note?.not_before !== undefined) await hurrySync(tx, agent_id, answer.note.not_before);
  const isNew = isUp ? await insertVote(tx, agent_id, id, now) : await deleteVote(tx, agent_id, id);
  if (!isNew) return unchanged(output);
  return changed(output, socialVoted(agent_id, { name, post_id: id, vote: isUp ? "up" : "none" }, { agent_id }));
}
