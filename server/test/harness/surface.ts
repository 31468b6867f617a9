/** A server of the fake operations for the tests of surfaces: on the test application, with invented callers. */
import pino from "pino";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll } from "vitest";
import type { Actor } from "../../src/kernel/actor.ts";
import type { RequestAllowances } from "../../src/kernel/allowance.ts";
import { createDispatcher } from "../../src/kernel/dispatch/dispatch.ts";
import { Problem } from "../../src/kernel/problem.ts";
import type { Authenticate } from "../../src/surfaces/http/caller.ts";
import { createHttp, type HttpServer, type ServerOptions } from "../../src/surfaces/http/server.ts";
import { FAKE_OPERATIONS } from "./fake-operations.ts";
import { agentActor, aWorkspace, type TestApp, useApp } from "./harness.ts";

/** A caller without a row: `owner` with other permissions. */
export function anActor(workspace: string, permissions: Actor["permissions"] = "all"): Actor {
  return { ...agentActor(workspace, uuidv7()), kind: "user", role: "owner", permissions, credential: uuidv7() };
}

/** An agent without a row. */
export function anInventedAgent(workspace: string, permissions: Actor["permissions"]): Actor {
  return { ...agentActor(workspace, uuidv7()), permissions };
}

/** Accepts the credentials in `known`. Tests add and remove entries. */
function testAuthenticate(known: Map<string, Actor>): Authenticate {
  return async ({ authorization, session }) => {
    const actor = known.get(authorization?.replace("Bearer ", "") ?? session ?? "");
    if (!actor) throw new Problem("unauthenticated", "No such credential.");
    return actor;
  };
}

/** Refuses no request. */
const UNLIMITED: RequestAllowances = {
  find: (counted, _name, kind) => ({ counted, kind, limit: 1_000, remaining: 1_000 }),
  take: () => undefined,
};

export interface TestSurface extends TestApp {
  workspace: string;
  known: Map<string, Actor>;
  logged: string[];
  /** Makes a server. It is closed after the last test. */
  http(options?: Partial<ServerOptions>): HttpServer;
}

/** Writers that hold their transaction open each need a connection. */
const ADMIN_CONNECTIONS = 20;

/** One surface for the test file it is called in. */
export function useSurface(): () => TestSurface {
  const app = useApp({ adminConnections: ADMIN_CONNECTIONS });
  const servers: HttpServer[] = [];
  let surface: TestSurface | undefined;
  beforeAll(async () => {
    surface = await surfaceOf(app(), servers);
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));
  return () => {
    if (!surface) throw new Error("The surface starts before the first test.");
    return surface;
  };
}

async function surfaceOf(app: TestApp, servers: HttpServer[]): Promise<TestSurface> {
  const { id: workspace } = await aWorkspace(app);
  const known = new Map([
    ["good", anActor(workspace)],
    ["good-session", anActor(workspace)],
    ["weak", anActor(workspace, new Set(["things:read"] as const))],
  ]);
  const logged: string[] = [];
  const { db, env, signals } = app;
  const standard: ServerOptions = {
    operations: FAKE_OPERATIONS,
    // The actors are invented and have no rows, so they are not read again.
    dispatcher: createDispatcher({
      db,
      env,
      signals,
      recognise: async (_, actors) => actors,
      requireActing: async () => undefined,
      onLateFailure: () => undefined,
    }),
    authenticate: testAuthenticate(known),
    allowances: UNLIMITED,
    env,
    log: pino({ level: "info" }, { write: (line) => void logged.push(line) }),
    acceptsLoopback: true,
    trustedProxies: [],
  };
  const http = (options: Partial<ServerOptions> = {}) => {
    const made = createHttp({ ...standard, ...options });
    servers.push(made);
    return made;
  };
  return { ...app, workspace, known, logged, http };
}
