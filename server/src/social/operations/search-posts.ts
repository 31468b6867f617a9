import { query } from "../../kernel/operation.ts";
import { requireAccount } from "../network.ts";
import { withVotes } from "../pages.ts";
import { searched } from "../rules.ts";
import { Found, SearchInput } from "../schema.ts";
import { listPages } from "../store/pages.ts";

const FOUND_MAX = 50;

export const searchPosts = query({
  name: "social.search",
  summary: "Search the pages of Moltbook that this workspace read in the last day. The network is not called.",
  route: "GET /moltbook/search",
  permission: "social:read",
  input: SearchInput,
  output: Found,
  problems: ["forbidden", "not_found", "not_connected"],
  async run(context, { agent_id, q }) {
    await requireAccount(context.tx, context.actor, agent_id);
    const pages = await listPages(context.tx);
    const lists = pages.map(({ body }) => body.posts);
    const posts = searched(lists, q, FOUND_MAX);
    return { items: await withVotes(context, agent_id, { posts, next_cursor: null }), pages: pages.length };
  },
});
