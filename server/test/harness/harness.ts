/** The real application on a real database: a database per test file, a fresh workspace per test. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { type App, type AppOptions, createApp } from "../../src/app.ts";
import { permissionsOf } from "../../src/auth/permissions.ts";
import { connectionConfig, createPool, type PoolTarget } from "../../src/db/connect.ts";
import { FACTS } from "../../src/facts.ts";
import type { Actor, Role } from "../../src/kernel/actor.ts";
import type { Mail } from "../../src/kernel/environment.ts";
import type { Fact } from "../../src/kernel/facts/fact.ts";
import type { Operation, PublicCommand, RequestInfo } from "../../src/kernel/operation.ts";
import { Problem } from "../../src/kernel/problem.ts";
import { testEnvironment } from "./environment.ts";
import { PATIENT, PATIENT_MS } from "./patience.ts";
import { TEMPLATE } from "./template.ts";
import { noteWrongStatements, takeWrongStatements } from "./wrong-statements.ts";

export { MASTER_KEY, testEnvironment } from "./environment.ts";

export interface TestApp extends App {
  /** The pool of the application. */
  pool: pg.Pool;
  /** A pool of the login role, which row-level security does not limit: for preparing and for checking rows. */
  admin: pg.Pool;
  mails: Mail[];
  database: string;
  /** Runs an operation as a surface does and returns its output. */
  call<Op extends Operation>(
    operation: Op,
    actor: Actor,
    input: Static<Op["input"]>,
    options?: { idempotencyKey?: string; abort?: () => AbortSignal },
  ): Promise<Static<Op["output"]>>;
  /** Moves this application's clock. */
  clock: { offsetMs: number };
  close(): Promise<void>;
}

export function requestInfo(): RequestInfo {
  return {
    id: randomUUID(),
    trace_id: null,
    ip: "127.0.0.1",
    at_this_machine: true,
    user_agent: "test",
    session: null,
  };
}

/** Compiled once per operation. A wrong output is a bug and fails the call. */
const outputs = new Map<Operation, ReturnType<typeof Compile>>();
export function checkOutput(operation: Operation, output: unknown): void {
  const validator = outputs.get(operation) ?? Compile(operation.output);
  outputs.set(operation, validator);
  if (validator.Check(output)) return;
  throw new Error(`${operation.name} answered another shape: ${JSON.stringify(validator.Errors(output).slice(0, 3))}`);
}

const dataShapes = new Map(FACTS.map(({ type, data }) => [type as string, Compile(data)]));
/** A fact whose data is not what its type declares is a bug of ours and fails the call. Tests have types of their own. */
export function checkFact({ type, data, is_reported }: Fact): void {
  const validator = dataShapes.get(type);
  const stored: unknown = JSON.parse(JSON.stringify(data));
  // The database judges what callers report.
  if (!validator || is_reported || validator.Check(stored)) return;
  throw new Error(`${type} has other data: ${JSON.stringify(stored)} ${JSON.stringify(validator.Errors(stored))}`);
}

/** Tests call as often as they like, unless the limit is their subject. */
const UNLIMITED = { writesPerMinute: 1_000_000, readsPerMinute: 1_000_000, workPerMinute: 1_000_000 };
/** A database of its own on the server of the run: migrated, unless another template is named. */
export async function aDatabase(template = TEMPLATE): Promise<string> {
  const server = inject("server");
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  const maker = new pg.Client(connectionConfig({ socket: server, size: 1 }));
  await maker.connect();
  await maker.query(`create database ${database} template ${template} strategy file_copy`);
  await maker.end();
  return database;
}

/** The address of a database on the server of the run, as `DATABASE_URL` takes it. */
export function urlOf(database: string): string {
  const { user, port, host } = inject("server");
  // The folder of the socket goes into the query; the host before it is not used.
  return `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}

async function createTestApp(extras: AppExtras): Promise<TestApp> {
  return appOn({ ...inject("server"), database: await aDatabase() }, extras);
}

/** Where the database of this application is. */
export function serverSocket({ database }: TestApp): NonNullable<PoolTarget["socket"]> {
  return { ...inject("server"), database };
}

interface AppExtras extends Partial<AppOptions> {
  adminConnections?: number;
  onConnect?: (client: pg.PoolClient) => void;
}

/** A simulated second process: its own pool, dispatcher and signals on the same database. */
export function createSecondApp(app: TestApp, more: AppExtras = {}): TestApp {
  return appOn(serverSocket(app), more);
}

function appOn(
  socket: NonNullable<PoolTarget["socket"]>,
  { onConnect = () => undefined, adminConnections = 2, ...options }: AppExtras = {},
): TestApp {
  const pool = createPool({ socket, size: 10 });
  pool.options.connectionTimeoutMillis = PATIENT_MS;
  pool.on("connect", onConnect);
  for (const connections of [pool, pool.hot]) noteWrongStatements(connections);
  const admin = createPool({ socket, size: adminConnections });
  const mails: Mail[] = [];
  const clock = { offsetMs: 0 };
  const app = createApp({
    pool,
    env: testEnvironment({ mails }),
    requestLimits: UNLIMITED,
    dbLimits: PATIENT,
    checkOutput,
    checkFact,
    clockOffsetMs: () => clock.offsetMs,
    ...options,
  });
  return {
    ...app,
    pool,
    admin,
    mails,
    clock,
    database: socket.database,
    call: callOn(app),
    async close() {
      await Promise.all([pool.end(), admin.end()]);
    },
  };
}

/** Returns the function with which tests call operations of this application. */
export function callOn({ dispatcher }: App): TestApp["call"] {
  return async (operation, actor, input, options = {}) => {
    // Typed by the operation's shapes, because the union of all operations has no common type for them.
    const known = operation as unknown as Exclude<Operation, PublicCommand>;
    const answer = await dispatcher.dispatch(known, actor, { input, request: requestInfo(), ...options });
    return answer.output as never;
  };
}

/** One application for the test file it is called in. */
export function useApp(extras: AppExtras = {}): () => TestApp {
  let app: TestApp | undefined;
  beforeAll(async () => {
    app = await createTestApp(extras);
  });
  afterAll(async () => {
    await app?.close();
    expect(takeWrongStatements(), "statements that the database cannot run").toEqual([]);
  });
  return () => {
    if (!app) throw new Error("The application starts before the first test.");
    return app;
  };
}

export interface TestWorkspace {
  id: string;
  owner: Actor;
}

/** A fresh workspace with its owner. */
export async function aWorkspace(app: TestApp, tier = "agency"): Promise<TestWorkspace> {
  const id = uuidv7();
  await app.admin.query("insert into workspaces (workspace_id, name, tier_name) values ($1, 'Test', $2)", [id, tier]);
  return { id, owner: await aPerson(app, id, "owner") };
}

export async function aPerson(app: TestApp, workspace: string, role: Role): Promise<Actor> {
  const user = uuidv7();
  await app.admin.query("insert into users (id, email) values ($1, $2)", [user, `${user}@example.org`]);
  await app.admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, $3)", [
    workspace,
    user,
    role,
  ]);
  return {
    kind: "user",
    id: user,
    key_id: null,
    session_id: null,
    workspace,
    role,
    permissions: permissionsOf({ kind: "user", role }),
    credential: `user:${user}`,
  };
}

/** The actor of an agent's key. */
export function agentActor(workspace: string, agentId: string): Actor {
  return {
    kind: "agent",
    id: agentId,
    key_id: null,
    session_id: null,
    workspace,
    role: null,
    permissions: permissionsOf({ kind: "agent" }),
    credential: `agent:${agentId}`,
  };
}

/** Returns the problem that a promise is rejected with. Fails when it resolves. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    (value) => expect.fail(`Expected a problem, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw error;
}

export interface StoredFact {
  type: string;
  actor_kind: string;
  actor_id: string;
  subject_id: string;
  data: Record<string, unknown>;
}

/** The facts of a workspace, oldest first; of one subject when given. */
export async function factsOf(app: TestApp, workspace: string, subject?: string): Promise<StoredFact[]> {
  const { rows } = await app.admin.query<StoredFact>(
    `select type, actor_kind, actor_id, subject_id, data from facts
     where workspace_id = $1 and ($2::uuid is null or subject_id = $2) order by seq`,
    [workspace, subject ?? null],
  );
  return rows;
}
