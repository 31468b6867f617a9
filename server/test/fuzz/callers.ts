/** The callers that send the requests. A later request gives a caller back what an earlier one took. */
import { randomBytes } from "node:crypto";
import type { Role } from "../../src/kernel/actor.ts";
import { createKey } from "../../src/keys/operations/create-key.ts";
import { claimTasks } from "../../src/tasks/operations/claim-tasks.ts";
import { anAgent, aTask } from "../harness/builders.ts";
import { aPerson } from "../harness/harness.ts";
import { times } from "../harness/outcomes.ts";
import { aSession, type Scene } from "../harness/scene.ts";
import type { Memory } from "./memory.ts";

type Headers = Record<string, string>;

/** The tasks that a new agent runs: most steps need one, and random requests rarely start one. */
const RUNNING = 3;
const GARBAGE = { authorization: `Bearer bw_agent_${"x".repeat(43)}` };

export function createCallers(scene: Scene, memory: Memory) {
  const { app, owner, workspace } = scene;
  const known = new Map<string, Promise<Headers>>();
  const agents = new Map<string, string>();
  const people = new Map<Role, string>();

  /** A session of the current owner. It is opened directly, because one address may request only a few links. */
  async function theOwner(): Promise<Headers> {
    const token = randomBytes(32).toString("base64url");
    await app.admin.query(
      `insert into sessions (id, user_id, token_hash, kept_for, ip, user_agent, expires_at)
       select gen_random_uuid(), user_id, $2, interval '1 day', '', '', now() + interval '1 day'
       from members where workspace_id = $1 and role = 'owner' and ended_at is null`,
      [workspace.id, app.env.secrets.fingerprint(token)],
    );
    return sessionOf(token);
  }

  async function person(role: Role): Promise<Headers> {
    const who = await aPerson(app, workspace.id, role);
    people.set(role, who.id);
    memory.anchor("users", [...people.values()]);
    return sessionOf((await aSession(scene, who)).token);
  }

  function sessionOf(token: string): Headers {
    return { cookie: `bailiwick_session=${token}`, "bailiwick-workspace": workspace.id };
  }

  async function agent(name: string): Promise<Headers> {
    const worker = await anAgent(app, workspace, { name });
    const { id } = worker;
    const { key } = await app.call(createKey, owner, { kind: "agent", agent_id: id, name });
    await Promise.all(times(RUNNING, () => aTask(app, owner, worker)));
    // Another sender may have canceled a task or paused the agent since, so there may be fewer.
    const { items } = await app.call(claimTasks, worker, { limit: RUNNING });
    for (const task of items) memory.receive("tasks", name, { ...task });
    agents.set(name, id);
    for (const kind of ["agents", "agent"]) memory.anchor(kind, [...agents.values()]);
    return { authorization: `Bearer ${key}` };
  }

  async function service(): Promise<Headers> {
    const scopes = ["ingest", "tasks:read", "tasks:write", "agents:read", "audit:read"] as const;
    const { key } = await app.call(createKey, owner, { kind: "service", scopes: [...scopes], name: "Service" });
    return { authorization: `Bearer ${key}` };
  }

  async function make(name: string): Promise<Headers> {
    switch (name) {
      case "owner":
        return theOwner();
      case "admin":
      case "member":
      case "viewer":
        return person(name);
      case "agent":
      case "other agent":
        return agent(name);
      case "service":
        return service();
      case "garbage":
        return GARBAGE;
      default:
        return {};
    }
  }

  return {
    headersOf(name: string): Promise<Headers> {
      const headers = known.get(name) ?? make(name);
      known.set(name, headers);
      return headers;
    },
    /** Forgets a credential that is no longer valid: an ended session, a revoked key, an archived agent. */
    forget: (name: string) => void known.delete(name),
    forgetAll: () => known.clear(),
  };
}

export type Callers = ReturnType<typeof createCallers>;
