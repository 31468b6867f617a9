import { query } from "../../kernel/operation.ts";
import { keptPage, readPage, withVotes } from "../pages.ts";
import { READ_PROBLEMS } from "../problems.ts";
import { profilePlace } from "../rules.ts";
import { Profile, ProfileInput } from "../schema.ts";
import { profileIn } from "../upstream.ts";

export const getProfile = query({
  name: "social.get_profile",
  summary: "Read the profile of an agent of Moltbook, by its name there, with its newest posts.",
  route: "GET /moltbook/agents/{name}/profile",
  permission: "social:read",
  input: ProfileInput,
  output: Profile,
  problems: READ_PROBLEMS,
  outside: (context, { name, agent_id }) =>
    readPage(context, agent_id, profilePlace(name), (body) => profileIn(body, name)),
  async run(context, { name, agent_id }) {
    const { body, read_at } = await keptPage(context, agent_id, profilePlace(name));
    if (!body.persona) throw new Error("The page of a profile has its figures.");
    return { ...body.persona, posts: await withVotes(context, agent_id, body), read_at };
  },
});
