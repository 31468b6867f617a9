/** The agents of the crew. Every run uses the same agents with new keys. */
import type { Agent, Client } from "../../../../../sdk/src/index.ts";
import type { CrewRole } from "../crew/member.ts";
import { DemoError } from "./error.ts";

export interface Member {
  role: CrewRole;
  name: string;
  agentId: string;
  key: string;
}

export interface Roster {
  hire(workers: number): Promise<Member[]>;
  /** The keys and the new agents of this run. */
  made(): { ids: string[]; since: string | undefined };
  /** Revokes the keys. The agents stay, with their history. */
  dismiss(): Promise<void>;
}

export interface RosterOptions {
  /** Then the keys have no expiry. */
  keysEndWithOurs?: boolean | undefined;
}

interface Post {
  role: CrewRole;
  name: string;
  description: string;
  avatar_emoji: string;
}

const NAME_STARTS = "Demo ";
const PAGE_SIZE = 200;
/** A key expires soon after its run, also when the run dies before it can revoke the key. */
const KEY_MINUTES = 15;

export function createRoster(client: Client, { keysEndWithOurs = false }: RosterOptions = {}): Roster {
  const keyIds: string[] = [];
  const agentIds: string[] = [];
  let since: string | undefined;

  async function memberFor(post: Post, agent: Agent | undefined): Promise<Member> {
    const { role, ...draft } = post;
    const { id: agent_id, created_at } = agent ?? (await client.agents.create(draft));
    if (!agent) {
      agentIds.push(agent_id);
      since ??= created_at;
    }
    const expires_at = keysEndWithOurs ? undefined : new Date(Date.now() + KEY_MINUTES * 60_000).toISOString();
    const { id, key, ...made } = await client.keys.create({ kind: "agent", agent_id, name: "Demo run", expires_at });
    keyIds.push(id);
    since ??= made.created_at;
    return { role, name: post.name, agentId: agent_id, key };
  }

  return {
    made: () => ({ ids: [...keyIds, ...agentIds], since }),
    async hire(workers) {
      const posts = postsFor(workers);
      const agents = await demoAgents(client);
      const paused = posts.find(({ name }) => agents.get(name)?.status === "paused");
      if (paused) throw new DemoError(`The agent ${paused.name} is paused; resume it first.`);
      await requireRoom(client, posts.filter(({ name }) => !agents.has(name)).length, posts.length);
      const members: Member[] = [];
      for (const post of posts) members.push(await memberFor(post, agents.get(post.name)));
      await setRoles(client, members);
      return members;
    },
    async dismiss() {
      await Promise.all(keyIds.map((id) => client.keys.revoke({ id })));
    },
  };
}

function postsFor(workers: number): Post[] {
  const numbers = Array.from({ length: workers }, (_, index) => index + 1);
  return [
    {
      role: "supervisor",
      name: `${NAME_STARTS}supervisor`,
      description: "Splits the audit into tasks.",
      avatar_emoji: "🧭",
    },
    ...numbers.map(
      (number): Post => ({
        role: "worker",
        name: `${NAME_STARTS}worker ${number}`,
        description: "Reads installed packages.",
        avatar_emoji: "🔍",
      }),
    ),
    {
      role: "specialist",
      name: `${NAME_STARTS}specialist`,
      description: "Merges results into one report.",
      avatar_emoji: "🧾",
    },
  ];
}

/** Makes the supervisor the superior of the crew, so that escalated tasks go to it. */
async function setRoles(client: Client, members: readonly Member[]): Promise<void> {
  const above = members.find(({ role }) => role === "supervisor");
  if (!above) throw new DemoError("The crew has no supervisor.");
  await client.team.setRole({ agent_id: above.agentId, role: "supervisor" });
  for (const { agentId: agent_id, role } of members) {
    if (role !== "supervisor") await client.team.setRole({ agent_id, role, reports_to: above.agentId });
  }
}

/** Returns the agents of earlier runs by name. Archived agents are left out. */
async function demoAgents(client: Client): Promise<Map<string, Agent>> {
  const found = new Map<string, Agent>();
  for (let cursor: string | undefined; ; ) {
    const { items, next_cursor } = await client.agents.list({ q: NAME_STARTS.trim(), limit: PAGE_SIZE, cursor });
    for (const agent of items) if (!found.has(agent.name)) found.set(agent.name, agent);
    if (next_cursor === null) return found;
    cursor = next_cursor;
  }
}

/** Checks the limits before anything is created, so that a workspace without room is not changed. */
async function requireRoom(client: Client, agents: number, keys: number): Promise<void> {
  const { tier_name, limits, usage } = await client.tiers.get();
  const room = { agents: limits.agent_limit - usage.agents, keys: limits.max_api_keys - usage.api_keys };
  if (agents <= room.agents && keys <= room.keys) return;
  const lacks = agents > room.agents ? `${agents} more agents` : `${keys} more keys`;
  throw new DemoError(
    `The demo needs ${lacks}, but the tier ${tier_name} has room for only ${Math.max(0, room.agents)} agents and ` +
      `${Math.max(0, room.keys)} keys. Use fewer --workers.`,
  );
}
