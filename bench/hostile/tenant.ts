/** Makes a workspace with agents, a key for each, and a service key for scripts of its people. */
import { uuidv7 } from "uuidv7";
import { createAgent } from "../../server/src/agents/operations/create-agent.ts";
import type { App } from "../../server/src/app.ts";
import { permissionsOf } from "../../server/src/auth/permissions.ts";
import type { Actor } from "../../server/src/kernel/actor.ts";
import type { Operation, PublicCommand, RequestInfo } from "../../server/src/kernel/operation.ts";
import { createKey } from "../../server/src/keys/operations/create-key.ts";

/** A connection of the login role, which row-level security does not limit: for filling tables. */
export interface Admin {
  query<Row>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

export interface TenantAgent {
  id: string;
  key: string;
}

export interface Tenant {
  workspace: string;
  agents: readonly TenantAgent[];
  /** A service key with the permissions of people for tasks. */
  script: string;
}

export interface TenantMaker {
  app: App;
  admin: Admin;
}

/** A tier with enough keys for the agents and the script. The request limits are the same on every tier. */
const TIER = "pro";

function requestInfo(): RequestInfo {
  return { id: uuidv7(), trace_id: null, ip: "127.0.0.1", at_this_machine: false, user_agent: "bench", session: null };
}

export async function aTenant({ app, admin }: TenantMaker, agents: number): Promise<Tenant> {
  const [workspace, user] = [uuidv7(), uuidv7()];
  await admin.query("insert into workspaces (workspace_id, name, tier_name) values ($1, 'Tenant', $2)", [
    workspace,
    TIER,
  ]);
  await admin.query("insert into users (id, email) values ($1, $2)", [user, `${user}@example.org`]);
  await admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'owner')", [workspace, user]);
  const owner: Actor = {
    kind: "user",
    id: user,
    key_id: null,
    session_id: null,
    workspace,
    role: "owner",
    permissions: permissionsOf({ kind: "user", role: "owner" }),
    credential: `user:${user}`,
  };
  const call = async (operation: Exclude<Operation, PublicCommand>, input: unknown) =>
    (await app.dispatcher.dispatch(operation, owner, { input, request: requestInfo() })).output;
  const made: TenantAgent[] = [];
  for (let number = 0; number < agents; number++) {
    const { id } = (await call(createAgent, { name: `Agent ${number}` })) as { id: string };
    const { key } = (await call(createKey, { kind: "agent", name: "Agent", agent_id: id })) as { key: string };
    made.push({ id, key });
  }
  const scopes = ["tasks:read", "tasks:write", "audit:read", "messages:read"];
  const { key: script } = (await call(createKey, { kind: "service", name: "Script", scopes })) as { key: string };
  return { workspace, agents: made, script };
}
