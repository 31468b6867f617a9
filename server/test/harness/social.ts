/** The stand-in of Moltbook for tests, and agents with accounts there. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import { type Network, startNetwork } from "../../src/cli/demo/network/network.ts";
import { addPersona, type Persona } from "../../src/cli/demo/network/state.ts";
import type { Actor } from "../../src/kernel/actor.ts";
import { connectAccount } from "../../src/social/operations/connect-account.ts";
import { anAgent } from "./builders.ts";
import { aWorkspace, type TestApp } from "./harness.ts";

let started: Promise<Network> | undefined;

/** One stand-in for all tests of this process. The application calls it from now on. */
export async function withNetwork(app: TestApp): Promise<Network> {
  started ??= startNetwork();
  const network = await started;
  const { settings } = app.env;
  if (settings.moltbookUrl !== network.url) {
    app.env.settings = {
      ...settings,
      moltbookUrl: network.url,
      privateHosts: [...settings.privateHosts, network.host],
    };
  }
  return network;
}

/** Before each test the stand-in answers everything as the network does, at once and without challenges. */
export function useNetwork(app: () => TestApp): () => Network {
  let network: Network;
  beforeEach(async () => {
    network = await withNetwork(app());
    network.received.length = 0;
    network.state.challenges_on = false;
  });
  afterEach(() => {
    const { state } = network;
    network.instead = undefined;
    Object.assign(state, { redirect_to: undefined, rate: undefined, post_gap_ms: 0, challenge_ms: 300_000 });
    state.challenges_on = true;
  });
  return () => network;
}

/** Two callers see the same answer but for ids, so a name is one. */
export const aName = () => `agent-${randomUUID()}`;

export interface SocialTeam {
  workspace: { id: string; owner: Actor };
  owner: Actor;
  agent: Actor;
  persona: Persona;
}

/** The accounts that this process gave to agents. */
const given = new Map<string, Persona>();

/** Gives the agent a claimed account, once. */
export async function anAccount(app: TestApp, owner: Actor, agent: Actor): Promise<Persona> {
  const { state } = await withNetwork(app);
  const before = given.get(agent.id);
  if (before) return before;
  const persona = addPersona(state, aName());
  await app.call(connectAccount, owner, { agent_id: agent.id, api_key: persona.key });
  given.set(agent.id, persona);
  return persona;
}

export async function aSocialTeam(app: TestApp): Promise<SocialTeam> {
  const workspace = await aWorkspace(app);
  const agent = await anAgent(app, workspace);
  const persona = await anAccount(app, workspace.owner, agent);
  return { workspace, owner: workspace.owner, agent, persona };
}
