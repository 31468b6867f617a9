/** Valid inputs of the operations on Moltbook. */
import { addPersona, addPost } from "../../src/cli/demo/network/state.ts";
import { upvotePost } from "../../src/social/operations/upvote-post.ts";
import { anAgent } from "./builders.ts";
import type { Sample, Scene } from "./scene.ts";
import { aName, anAccount, withNetwork } from "./social.ts";

const nothing = async () => ({});
const itsAgent = async ({ app, owner, agent }: Scene) => {
  await anAccount(app, owner, agent);
  return { agent_id: agent.id };
};
async function itsPost(scene: Scene) {
  const { state } = await withNetwork(scene.app);
  const { id } = addPost(state, "somebody");
  return { ...(await itsAgent(scene)), id };
}

/** A post, a submolt and a name of the network belong to no workspace. */
export const SOCIAL_SAMPLES: Record<string, Sample> = {
  "social.register": {
    by: "owner",
    async input({ app, workspace }) {
      await withNetwork(app);
      return { agent_id: (await anAgent(app, workspace)).id, name: aName(), description: "Writes about builds." };
    },
  },
  "social.connect": {
    by: "owner",
    async input({ app, workspace }) {
      const { state } = await withNetwork(app);
      return { agent_id: (await anAgent(app, workspace)).id, api_key: addPersona(state, aName()).key };
    },
  },
  "social.get_accounts": { by: "agent", input: nothing },
  "social.get_status": { by: "agent", input: itsAgent },
  "social.list_feed": { by: "agent", input: async (scene) => ({ ...(await itsAgent(scene)), sort: "new", limit: 10 }) },
  "social.list_submolt_feed": {
    by: "agent",
    async input(scene) {
      await itsPost(scene);
      return { agent_id: scene.agent.id, name: "general", sort: "new", limit: 10 };
    },
  },
  "social.get_profile": {
    by: "agent",
    async input({ app, owner, agent }) {
      return { agent_id: agent.id, name: (await anAccount(app, owner, agent)).name };
    },
  },
  "social.search": { by: "agent", input: async (scene) => ({ ...(await itsAgent(scene)), q: "lobster" }) },
  "social.upvote": { by: "owner", input: itsPost },
  "social.remove_upvote": {
    by: "owner",
    async input(scene) {
      const input = await itsPost(scene);
      await scene.app.call(upvotePost, scene.owner, input);
      return input;
    },
  },
  "social.get_overview": { by: "agent", input: itsAgent },
  "social.get_karma_history": { by: "agent", input: async (scene) => ({ ...(await itsAgent(scene)), days: 7 }) },
  "social.get_posts": {
    by: "agent",
    input: async (scene) => ({ ...(await itsAgent(scene)), order: "top", limit: 5 }),
  },
  "social.sync": { by: "owner", input: itsAgent },
};
