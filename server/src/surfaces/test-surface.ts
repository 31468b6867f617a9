/** For the tests of surfaces: the real kernel on a real database, with some test operations and no slice. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import pino from "pino";
import Type from "typebox";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { TEMPLATE } from "../../test/harness/template.ts";
import { connectionConfig, createPool, type PoolTarget } from "../db/connect.ts";
import type { Actor } from "../kernel/actor.ts";
import type { RequestAllowances } from "../kernel/allowance.ts";
import { createDb, type Db } from "../kernel/db/db.ts";
import { createDispatcher } from "../kernel/dispatch/dispatch.ts";
import type { Environment } from "../kernel/environment.ts";
import { factType } from "../kernel/facts/fact.ts";
import { changed, command, hotCommand, type Operation, publicCommand, query, unchanged } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { Fields, Id, Json, Page, PageInput, Text } from "../kernel/schema.ts";
import { createSignals, type Signals } from "../kernel/signals.ts";
import { readConfig, settingsOf } from "../runtime/config.ts";
import type { Authenticate } from "./http/caller.ts";
import { createHttp, type HttpServer, type ServerOptions } from "./http/server.ts";

const aThing = { subject: "thing", meaning: "Something happened to a thing." } as const;
const thingRenamed = factType({ ...aThing, type: "thing.renamed", data: Fields({ name: Type.String() }) });
const thingSwept = factType({ ...aThing, type: "thing.swept", data: Fields({}) });

const Thing = Fields({ id: Id, name: Type.String(), note: Json });

const listThings = query({
  name: "things.list",
  summary: "List things.",
  route: "GET /things",
  permission: "things:read",
  input: Fields({ ...PageInput, is_open: Type.Optional(Type.Boolean()), q: Type.Optional(Text(20)) }),
  output: Page(Json),
  problems: [],
  run: async (_context, input) => ({ items: [input], next_cursor: null }),
});

const renameThing = command({
  name: "things.rename",
  summary: "Give a thing another name.",
  route: "POST /things/{id}/rename",
  aliases: ["PUT /things/{id}", "DELETE /things/{id}/name"],
  permission: "things:write",
  input: Fields({ id: Id, name: Text(20), note: Type.Optional(Json) }),
  output: Thing,
  status: 201,
  problems: ["not_found"],
  run: async (_context, { id, name, note }) => changed({ id, name, note: note ?? null }, thingRenamed(id, { name })),
});

const failThing = query({
  name: "things.fail",
  summary: "Fail in a given way.",
  route: "GET /things/fail",
  permission: "things:read",
  input: Fields({ how: Text(20) }),
  output: Thing,
  problems: ["unavailable", "rate_limited"],
  run: async (_context, { how }) => {
    if (how === "bug") throw new Error("A bug with bw_agent_secretsecretsecret in it.");
    throw new Problem(how === "busy" ? "rate_limited" : "unavailable", "Not now.", { retry_after_seconds: 2.5 });
  },
});

const NOTHING = { name: "things.nothing", text: "select $1::uuid", values: [] };

const waitThing = hotCommand({
  name: "things.wait",
  summary: "Wait for a thing. It never comes.",
  route: "POST /things/wait",
  permission: "things:write",
  input: Fields({ wait_seconds: Type.Integer({ minimum: 0, maximum: 30 }) }),
  output: Fields({ items: Type.Array(Json) }),
  problems: [],
  poll: { seconds: ({ wait_seconds }) => wait_seconds, isEmpty: ({ items }) => items.length === 0 },
  run: async () => unchanged({ items: [] }),
  plan: (calls) => ({ statements: [NOTHING], read: () => calls.map(() => unchanged({ items: [] })) }),
});

const internalThing = command({
  name: "things.sweep",
  summary: "Sweep.",
  route: "POST /sweep",
  permission: "things:write",
  internal: true,
  input: Fields({}),
  output: Fields({}),
  problems: [],
  run: async () => changed({}, thingSwept(uuidv7(), {})),
});

const signIn = publicCommand({
  name: "auth.verify",
  summary: "Sign in with the token of a link.",
  route: "POST /auth/verify",
  http: { session: "set" },
  input: Fields({ token: Text(200) }),
  output: Fields({ ip: Type.String() }),
  problems: ["invalid_token"],
  async run({ request }, { token }) {
    if (token !== "right") throw new Problem("invalid_token", "This link is used or too old.");
    return { output: { ip: request.ip }, session: { token: "good-session", expiresAt: new Date("2030-01-01") } };
  },
});

const signOut = publicCommand({
  name: "auth.logout",
  summary: "Sign out.",
  route: "POST /auth/logout",
  http: { session: "clear" },
  input: Fields({}),
  output: Fields({ session: Json }),
  problems: [],
  run: async ({ request }) => ({ output: { session: request.session }, session: "clear" }),
});

const requestLink = publicCommand({
  name: "auth.request_magic_link",
  summary: "Send a sign-in link.",
  route: "POST /auth/request-magic-link",
  input: Fields({ email: Text(254) }),
  output: Fields({ message: Type.String() }),
  status: 202,
  problems: [],
  run: async () => ({ output: { message: "The message." } }),
});

export const TEST_OPERATIONS: readonly Operation[] = [
  listThings,
  renameThing,
  failThing,
  waitThing,
  internalThing,
  signIn,
  signOut,
  requestLink,
];

export function anActor(workspace: string, permissions: Actor["permissions"] = "all"): Actor {
  return {
    kind: "user",
    id: uuidv7(),
    key_id: null,
    session_id: null,
    workspace,
    role: "owner",
    permissions,
    credential: uuidv7(),
  };
}

/** Accepts the credentials in `known`. Tests add and remove entries. */
function testAuthenticate(known: Map<string, Actor>): Authenticate {
  return async ({ authorization, session }) => {
    const actor = known.get(authorization?.replace("Bearer ", "") ?? session ?? "");
    if (!actor) throw new Problem("unauthenticated", "No such credential.");
    return actor;
  };
}

export function testEnvironment(publicUrl = "http://127.0.0.1:7300"): Environment {
  return {
    publicUrl,
    delivery: "terminal",
    settings: settingsOf(readConfig({})),
    secrets: {
      keyId: "test",
      seal: (_workspace, _place, plain) => plain,
      open: (_workspace, _place, sealed) => sealed,
      fingerprint: (token) => token,
    },
    sendMail: async () => undefined,
    demo: { unavailable: async () => undefined, start: async () => undefined },
  };
}

/** Refuses no request. */
const UNLIMITED: RequestAllowances = {
  find: (counted, _name, kind) => ({ counted, kind, limit: 1_000, remaining: 1_000 }),
  take: () => undefined,
};

/** Waits for a state, longer than a busy machine needs. */
export function soon<T>(look: () => T) {
  return expect.poll(look, { timeout: 120_000, interval: 20 });
}

export interface TestSurface {
  admin: pg.Pool;
  pool: pg.Pool;
  db: Db;
  signals: Signals;
  socket: NonNullable<PoolTarget["socket"]>;
  workspace: string;
  known: Map<string, Actor>;
  logged: string[];
  /** Makes a server with this kernel. It is closed after the last test. */
  http(options?: Partial<ServerOptions>): HttpServer;
}

export function useSurface(): () => TestSurface {
  let surface: (TestSurface & { close(): Promise<void> }) | undefined;
  beforeAll(async () => {
    surface = await createSurface();
  });
  afterAll(async () => {
    await surface?.close();
  });
  return () => {
    if (!surface) throw new Error("The surface starts before the first test.");
    return surface;
  };
}

/** Creates a database for this test file. */
async function createDatabase(): Promise<TestSurface["socket"]> {
  const server = inject("server");
  const socket = { ...server, database: `test_${randomUUID().replaceAll("-", "")}` };
  const maker = new pg.Client(connectionConfig({ socket: server, size: 1 }));
  await maker.connect();
  await maker.query(`create database ${socket.database} template ${TEMPLATE}`);
  await maker.end();
  return socket;
}

async function createSurface(): Promise<TestSurface & { close(): Promise<void> }> {
  const socket = await createDatabase();
  const pool = createPool({ socket, size: 10 });
  const admin = createPool({ socket, size: 20 });
  const workspace = uuidv7();
  await admin.query("insert into workspaces (workspace_id, name) values ($1, 'Test')", [workspace]);
  const db = createDb({ pool });
  const signals = createSignals({ facts: () => undefined, credentials: () => undefined });
  const known = new Map([
    ["good", anActor(workspace)],
    ["good-session", anActor(workspace)],
    ["weak", anActor(workspace, new Set(["things:read"] as const))],
  ]);
  const logged: string[] = [];
  const env = testEnvironment();
  const standard: ServerOptions = {
    operations: TEST_OPERATIONS,
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
  const servers: HttpServer[] = [];
  const http = (options: Partial<ServerOptions> = {}) => {
    const made = createHttp({ ...standard, ...options });
    servers.push(made);
    return made;
  };
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
    await Promise.all([pool.end(), admin.end()]);
  };
  return { admin, pool, db, signals, socket, workspace, known, logged, http, close };
}
