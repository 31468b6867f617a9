/** Makes a workspace with an owner and workers, and the application. */
import type pg from "pg";
import { uuidv7 } from "uuidv7";
import { createAgent } from "../server/src/agents/operations/create-agent.ts";
import { type App, createApp } from "../server/src/app.ts";
import { permissionsOf } from "../server/src/auth/permissions.ts";
import type { Actor } from "../server/src/kernel/actor.ts";
import type { Environment } from "../server/src/kernel/environment.ts";
import type { RequestInfo } from "../server/src/kernel/operation.ts";
import { readConfig, settingsOf } from "../server/src/runtime/config.ts";
import { createSecretBox } from "../server/src/runtime/secret-box.ts";
import type { Cluster } from "./cluster.ts";

export const MASTER_KEY = Buffer.alloc(32, 7);

/** High limits, because the bench measures the work and not the request limits. */
const LIMITS = { writesPerMinute: 100_000_000, readsPerMinute: 100_000_000, workPerMinute: 100_000_000 };

export interface World {
  app: App;
  workspace: string;
  owner: Actor;
  workers: readonly Actor[];
}

function environment(publicUrl: string): Environment {
  return {
    publicUrl,
    delivery: "terminal",
    settings: { ...settingsOf(readConfig({})), hopsMax: 1_000_000_000 },
    secrets: createSecretBox(MASTER_KEY),
    sendMail: async () => undefined,
    demo: { unavailable: async () => undefined, start: async () => undefined },
  };
}

/** Every call is a separate request, as a call over HTTP would be. */
export function requestInfo(): RequestInfo {
  return { id: uuidv7(), trace_id: null, ip: "127.0.0.1", at_this_machine: true, user_agent: "bench", session: null };
}

/** A world with an application of its own, or a further workspace of the application that is given. */
export async function createWorld(cluster: Cluster, workers: number, given?: App): Promise<World> {
  const env = environment("http://127.0.0.1:7300");
  const app = given ?? createApp({ pool: cluster.pool(), env, requestLimits: LIMITS });
  const workspace = uuidv7();
  const owner = await ownerOf(cluster.admin, workspace);
  const agents: Actor[] = [];
  for (let number = 0; number < workers; number++) {
    const input = { name: `Worker ${number}` };
    const { output } = await app.dispatcher.dispatch(createAgent, owner, { input, request: requestInfo() });
    agents.push(agentActor(workspace, (output as { id: string }).id));
  }
  return { app, workspace, owner, workers: agents };
}

async function ownerOf(admin: pg.Client, workspace: string): Promise<Actor> {
  const id = uuidv7();
  await admin.query("insert into workspaces (workspace_id, name, tier_name) values ($1, 'Bench', 'agency')", [
    workspace,
  ]);
  await admin.query("insert into users (id, email) values ($1, $2)", [id, `${id}@example.org`]);
  await admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'owner')", [workspace, id]);
  const permissions = permissionsOf({ kind: "user", role: "owner" });
  return {
    kind: "user",
    id,
    key_id: null,
    session_id: null,
    workspace,
    role: "owner",
    permissions,
    credential: `user:${id}`,
  };
}

function agentActor(workspace: string, id: string): Actor {
  const permissions = permissionsOf({ kind: "agent" });
  return {
    kind: "agent",
    id,
    key_id: null,
    session_id: null,
    workspace,
    role: null,
    permissions,
    credential: `agent:${id}`,
  };
}
