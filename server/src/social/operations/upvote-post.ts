import { command } from "../../kernel/operation.ts";
import { READ_PROBLEMS } from "../problems.ts";
import { Voted, VoteInput } from "../schema.ts";
import { sendVote, storeVote } from "../voting.ts";

export const upvotePost = command({
  name: "social.upvote",
  summary: "Upvote a post on Moltbook with the key of an agent. An agent proposes the action upvote in place of this.",
  route: "POST /moltbook/posts/{id}/upvote",
  permission: "social:write",
  input: VoteInput,
  output: Voted,
  problems: READ_PROBLEMS,
  outside: (context, input) => sendVote(context, input, true),
  run: (context, input) => storeVote(context, input, true),
});
