import { describe, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  createSecondApp,
  factsOf,
  problemOf,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { aName, aSocialTeam, useNetwork } from "../../test/harness/social.ts";
import { later, runJobs } from "../../test/harness/team.ts";
import { getAgent } from "../agents/operations/get-agent.ts";
import { addPersona, addPost } from "../cli/demo/network/state.ts";
import { socialJobs } from "./jobs.ts";
import { connectAccount } from "./operations/connect-account.ts";
import { getAccounts } from "./operations/get-accounts.ts";
import { getKarmaHistory } from "./operations/get-karma-history.ts";
import { getOverview } from "./operations/get-overview.ts";
import { getPosts } from "./operations/get-posts.ts";
import { getProfile } from "./operations/get-profile.ts";
import { getStatus } from "./operations/get-status.ts";
import { listFeed } from "./operations/list-feed.ts";
import { listSubmoltFeed } from "./operations/list-submolt-feed.ts";
import { registerAgent } from "./operations/register-agent.ts";
import { removeUpvote } from "./operations/remove-upvote.ts";
import { searchPosts } from "./operations/search-posts.ts";
import { syncAccount } from "./operations/sync-account.ts";
import { upvotePost } from "./operations/upvote-post.ts";

const app = useApp({ env: testEnvironment({}) });
const network = useNetwork(app);
const readsOf = (path: string) => network().received.filter((one) => one.path.startsWith(path)).length;
const code = async (call: Promise<unknown>) => (await problemOf(call)).code;

describe("an account", () => {
  test("is registered once, keeps its key sealed, and is active once a person claimed it", async () => {
    const { owner, id } = await aWorkspace(app());
    const agent = await anAgent(app(), { id, owner });
    const input = { agent_id: agent.id, name: aName(), description: "Writes about builds." };
    const made = await app().call(registerAgent, owner, input);
    expect(made).toEqual({
      agent_id: agent.id,
      claim_url: expect.stringContaining(input.name),
      verification_code: expect.any(String),
    });
    const persona = network().state.personas.get(input.name);
    const status = () => app().call(getStatus, owner, { agent_id: agent.id });
    expect(await status()).toMatchObject({ state: "unclaimed", claim_url: made.claim_url, name: input.name });
    const viewer = await aPerson(app(), id, "viewer");
    expect((await app().call(getStatus, viewer, { agent_id: agent.id })).claim_url).toBeNull();
    if (persona) persona.is_claimed = true;
    expect(await status()).toMatchObject({ state: "active", next_step: null, claim_url: null });
    await expect.poll(async () => (await app().call(getAccounts, owner, {})).items[0]?.state).toBe("active");
    expect(await code(app().call(registerAgent, owner, { ...input, name: aName() }))).toBe("conflict");
    const { rows } = await app().admin.query("select * from social_accounts where agent_id = $1", [agent.id]);
    const facts = await factsOf(app(), id);
    expect(JSON.stringify([rows, facts])).not.toContain(persona?.key);
    expect(facts.map(({ type }) => type)).toContain("social.registered");
    expect((await app().call(getAgent, owner, { id: agent.id })).moltbook_config).toEqual({ name: input.name });
  });

  test("of a name that is taken is refused with the words of the network, and nothing is kept", async () => {
    const { owner, ...workspace } = await aWorkspace(app());
    const agent = await anAgent(app(), { ...workspace, owner });
    const { name } = addPersona(network().state, aName());
    const problem = await problemOf(
      app().call(registerAgent, owner, { agent_id: agent.id, name, description: "The same name." }),
    );
    expect(problem).toMatchObject({ code: "upstream_refused", message: expect.stringContaining("taken") });
    expect((await app().call(getAccounts, owner, {})).items).toEqual([]);
    expect(await code(app().call(listFeed, owner, { agent_id: agent.id }))).toBe("not_connected");
  });

  test("is made once when two calls register the same agent at once", async () => {
    const { owner, ...workspace } = await aWorkspace(app());
    const agent = await anAgent(app(), { ...workspace, owner });
    const register = () =>
      app().call(registerAgent, owner, { agent_id: agent.id, name: aName(), description: "Two at once." });
    const ends = await Promise.allSettled([register(), register()]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const types = (await factsOf(app(), workspace.id, agent.id)).map(({ type }) => type);
    expect(types.filter((type) => type === "social.registered")).toHaveLength(1);
  });

  test("is refused to viewers, to members, to other agents and to other workspaces", async () => {
    const { owner, agent, workspace } = await aSocialTeam(app());
    const agent_id = agent.id;
    const other = await anAgent(app(), { id: workspace.id, owner });
    const member = await aPerson(app(), workspace.id, "member");
    const viewer = await aPerson(app(), workspace.id, "viewer");
    const { owner: stranger } = await aWorkspace(app());
    const registration = { agent_id: other.id, name: aName(), description: "Not allowed." };
    for (const by of [member, viewer, agent]) {
      expect(await code(app().call(registerAgent, by, registration))).toBe("forbidden");
    }
    expect(await code(app().call(registerAgent, stranger, registration))).toBe("not_found");
    expect(await code(app().call(listFeed, other, { agent_id }))).toBe("forbidden");
    expect(await code(app().call(upvotePost, agent, { id: "m-1", agent_id }))).toBe("forbidden");
    expect(await code(app().call(upvotePost, viewer, { id: "m-1", agent_id }))).toBe("forbidden");
    for (const read of [listFeed, getStatus, getOverview, getKarmaHistory, getPosts, syncAccount]) {
      expect(await code(app().call(read, stranger, { agent_id })), read.name).toBe("not_found");
    }
    expect(await code(app().call(removeUpvote, stranger, { id: "m-1", agent_id }))).toBe("not_found");
    expect(await code(app().call(searchPosts, stranger, { agent_id, q: "a" }))).toBe("not_found");
    expect(network().received.filter(({ key }) => key === undefined)).toEqual([]);
  });

  test("with a dead key says so after the next read, and takes a new one", async () => {
    const { owner, agent, persona, workspace } = await aSocialTeam(app());
    const agent_id = agent.id;
    persona.key = `${persona.key}-new`;
    expect(await code(app().call(listFeed, owner, { agent_id, sort: "rising" }))).toBe("not_connected");
    await expect
      .poll(async () => {
        await runJobs(app(), socialJobs());
        return (await app().call(getStatus, owner, { agent_id })).state;
      })
      .toBe("key_dead");
    const calls = network().received.length;
    expect(await code(app().call(listFeed, owner, { agent_id }))).toBe("not_connected");
    expect(network().received).toHaveLength(calls);
    expect((await factsOf(app(), workspace.id, agent_id)).at(-1)).toMatchObject({
      type: "social.suspended",
      data: { state: "key_dead" },
    });
    expect(await app().call(connectAccount, owner, { agent_id, api_key: persona.key })).toMatchObject({
      state: "active",
      name: persona.name,
    });
  });
});

describe("a page of the network", () => {
  test("is kept for its workspace alone, for the time of its kind", async () => {
    const one = await aSocialTeam(app());
    const other = await aSocialTeam(app());
    const agent_id = one.agent.id;
    addPost(network().state, "lighthouse");
    const post = addPost(network().state, "mosswood", { title: "<b>Deep</b> reef", upvotes: 1_000_000 });
    const feed = (by = one) => app().call(listFeed, by.owner, { agent_id: by.agent.id });
    network().received.length = 0;
    const first = await feed();
    expect(first.items[0]).toMatchObject({ id: post.id, title: "<b>Deep</b> reef", is_upvoted: false });
    await expect
      .poll(async () => {
        const before = readsOf("/posts?");
        await feed();
        return readsOf("/posts?") - before;
      })
      .toBe(0);
    const reads = readsOf("/posts?");
    post.title = "Changed";
    expect((await feed()).items[0]?.title).toBe("<b>Deep</b> reef");
    expect(readsOf("/posts?")).toBe(reads);
    expect((await feed(other)).items[0]?.title).toBe("Changed");
    await later(app(), 301, async () => expect((await feed()).items[0]?.title).toBe("Changed"));
    const found = await app().call(searchPosts, one.owner, { agent_id, q: "deep MOSSWOOD" });
    expect(found.pages).toBeGreaterThan(0);
    const submolt = await app().call(listSubmoltFeed, one.agent, { agent_id, name: "general", limit: 1 });
    expect(submolt.items).toHaveLength(1);
    const next = await app().call(listFeed, one.agent, { agent_id, limit: 1 });
    if (next.next_cursor === null) throw new Error("The network has more posts.");
    const second = await app().call(listFeed, one.agent, { agent_id, limit: 1, cursor: next.next_cursor });
    expect(second.items[0]?.id).not.toBe(next.items[0]?.id);
  });

  test("that the network refuses gives its refusal, and a redirect never gets the key", async () => {
    const { owner, agent } = await aSocialTeam(app());
    const agent_id = agent.id;
    expect(await code(app().call(getProfile, owner, { agent_id, name: "nobody-here" }))).toBe("not_found");
    expect(await code(app().call(listSubmoltFeed, owner, { agent_id, name: "no-such" }))).toBe("not_found");
    network().state.redirect_to = `${network().url}/elsewhere`;
    const before = network().received.length;
    expect(await problemOf(app().call(listFeed, owner, { agent_id }))).toMatchObject({
      code: "upstream_unavailable",
      message: expect.stringContaining("redirects"),
    });
    expect(network().received).toHaveLength(before + 1);
    network().state.redirect_to = undefined;
    network().instead = () => ({ status: 502, body: "<html>" });
    expect(await code(app().call(listFeed, owner, { agent_id }))).toBe("upstream_unavailable");
    network().instead = () => "break";
    expect(await code(app().call(listFeed, owner, { agent_id }))).toBe("upstream_unavailable");
    network().instead = () => ({ status: 200, body: { posts: [{ id: "../../x" }, 7, { id: "m-9", upvotes: 1e300 }] } });
    expect((await app().call(listFeed, owner, { agent_id })).items).toMatchObject([
      { id: "m-9", upvotes: 2_000_000_000 },
    ]);
    network().instead = () => ({ status: 429, body: { retry_after_minutes: 2 } });
    expect(await problemOf(app().call(listFeed, owner, { agent_id, sort: "top" }))).toMatchObject({
      code: "upstream_limited",
      details: { retry_after_seconds: 120 },
    });
    await expect
      .poll(async () => {
        const before = network().received.length;
        expect(await code(app().call(listFeed, owner, { agent_id, sort: "top" }))).toBe("upstream_limited");
        return network().received.length - before;
      })
      .toBe(0);
    network().instead = undefined;
    await later(app(), 121, async () => {
      expect((await app().call(listFeed, owner, { agent_id, sort: "top" })).items.length).toBeGreaterThan(0);
    });
  });
});

describe("a vote of a person", () => {
  test("is sent once, shown in pages, and taken back", async () => {
    const { owner, agent, workspace } = await aSocialTeam(app());
    const member = await aPerson(app(), workspace.id, "member");
    const agent_id = agent.id;
    const { id } = addPost(network().state, "ledgerbot", { upvotes: 2_000_000 });
    expect(await app().call(upvotePost, member, { id, agent_id })).toEqual({ post_id: id, is_upvoted: true });
    await app().call(upvotePost, owner, { id, agent_id });
    const votes = () =>
      network()
        .received.filter(({ path }) => path.endsWith("/upvote"))
        .map(({ method }) => method);
    expect(votes()).toEqual(["POST"]);
    expect((await app().call(listFeed, owner, { agent_id })).items[0]).toMatchObject({ id, is_upvoted: true });
    await app().call(removeUpvote, member, { id, agent_id });
    expect(votes()).toEqual(["POST", "DELETE"]);
    expect(await code(app().call(upvotePost, owner, { id: "m-nothing", agent_id }))).toBe("not_found");
    const facts = (await factsOf(app(), workspace.id, agent_id)).filter(({ type }) => type === "social.voted");
    expect(facts.map(({ data }) => data.vote)).toEqual(["up", "none"]);
  });
});

describe("a sync", () => {
  test("keeps the figures of the day, the own posts, and the fields of the agent", async () => {
    const { owner, agent, persona, workspace } = await aSocialTeam(app());
    const agent_id = agent.id;
    Object.assign(persona, { karma: 12, followers: 3, following: 2 });
    const post = addPost(network().state, persona.name, { title: "Ours", upvotes: 7, comment_count: 2 });
    expect((await app().call(getOverview, owner, { agent_id })).current).toBeNull();
    expect(await app().call(syncAccount, owner, { agent_id })).toMatchObject({
      current: { karma: 12, followers: 3, following: 2, total_posts: 1 },
      top_posts: [{ post_id: post.id, title: "Ours", upvotes: 7, comment_count: 2 }],
    });
    expect(await app().call(getAgent, owner, { id: agent_id })).toMatchObject({
      total_posts: 1,
      last_post_at: post.created_at,
    });
    persona.karma = 15;
    await later(app(), 86_401, async () => {
      await runJobs(app(), socialJobs());
      const { items } = await app().call(getKarmaHistory, owner, { agent_id, days: 7 });
      expect(items.map(({ karma }) => karma)).toEqual([12, 15]);
    });
    expect((await app().call(getPosts, agent, { agent_id })).items).toHaveLength(1);
    expect((await factsOf(app(), workspace.id, agent_id)).filter(({ type }) => type === "social.synced")).toHaveLength(
      2,
    );
  });

  test("that is due is done by one of two processes", async () => {
    const { agent, workspace } = await aSocialTeam(app());
    const second = createSecondApp(app());
    second.env.settings = app().env.settings;
    network().received.length = 0;
    await Promise.all([runJobs(app(), socialJobs()), runJobs(second, socialJobs())]);
    await second.close();
    const synced = (await factsOf(app(), workspace.id, agent.id)).filter(({ type }) => type === "social.synced");
    expect(synced).toHaveLength(1);
  });

  test("stores a suspension once, and tries nothing while it lasts", async () => {
    const { owner, agent, persona, workspace } = await aSocialTeam(app());
    const agent_id = agent.id;
    persona.suspended_until = new Date(Date.now() + 7_200_000).toISOString();
    expect(await code(app().call(syncAccount, owner, { agent_id }))).toBe("upstream_refused");
    expect(await app().call(getStatus, owner, { agent_id })).toMatchObject({
      state: "suspended",
      suspended_until: persona.suspended_until,
      next_step: expect.stringContaining("Wait until"),
    });
    const calls = network().received.length;
    expect(await code(app().call(syncAccount, owner, { agent_id }))).toBe("upstream_refused");
    expect(await code(app().call(listFeed, owner, { agent_id, sort: "rising" }))).toBe("upstream_refused");
    expect(network().received).toHaveLength(calls);
    const facts = (await factsOf(app(), workspace.id, agent_id)).filter(({ type }) => type === "social.suspended");
    expect(facts).toHaveLength(1);
    persona.suspended_until = null;
    await later(app(), 7_201, async () => {
      await runJobs(app(), socialJobs());
      expect(await app().call(getStatus, owner, { agent_id })).toMatchObject({ state: "active", next_step: null });
    });
  });
});
