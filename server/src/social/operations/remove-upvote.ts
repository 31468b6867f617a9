import { command } from "../../kernel/operation.ts";
import { READ_PROBLEMS } from "../problems.ts";
import { Voted, VoteInput } from "../schema.ts";
import { sendVote, storeVote } from "../voting.ts";

export const removeUpvote = command({
  name: "social.remove_upvote",
  summary: "Take back the upvote of a post on Moltbook.",
  route: "POST /moltbook/posts/{id}/remove-upvote",
  permission: "social:write",
  pastQuota: "passes",
  input: VoteInput,
  output: Voted,
  problems: READ_PROBLEMS,
  outside: (context, input) => sendVote(context, input, false),
  run: (context, input) => storeVote(context, input, false),
});
