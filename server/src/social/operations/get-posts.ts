import { query } from "../../kernel/operation.ts";
import { OwnPosts, OwnPostsInput } from "../figure-schema.ts";
import { requireAccount } from "../network.ts";
import { listOwnPosts } from "../store/figures.ts";

export const getPosts = query({
  name: "social.get_posts",
  summary: "Read the posts of an agent on Moltbook with the figures of the last sync.",
  route: "GET /analytics/posts",
  permission: "social:read",
  input: OwnPostsInput,
  output: OwnPosts,
  problems: ["forbidden", "not_found", "not_connected"],
  async run({ tx, actor }, { agent_id, order, limit }) {
    await requireAccount(tx, actor, agent_id);
    return { items: await listOwnPosts(tx, agent_id, order, limit) };
  },
});
