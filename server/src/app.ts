/** Builds the application from a database and an environment. Opens no connection. */
import { createPresence, type PresenceNotes } from "./agents/index.ts";
import { type Contents, createContents } from "./attachments/index.ts";
import { type Credentials, createAuthenticate, recognise, unchangedCallers } from "./auth/index.ts";
import { refuseWhilePaused, requireActing } from "./gate/index.ts";
import type { Actor } from "./kernel/actor.ts";
import type { RequestAllowances } from "./kernel/allowance.ts";
import { createDb, type Db, type DbLimits, type Pools } from "./kernel/db/db.ts";
import { createDispatcher, type Dispatcher } from "./kernel/dispatch/dispatch.ts";
import { type EndedOperation, reported } from "./kernel/dispatch/reported.ts";
import type { Environment } from "./kernel/environment.ts";
import type { Fact } from "./kernel/facts/fact.ts";
import type { Operation } from "./kernel/operation.ts";
import { createSignals, type Sender, type Signals } from "./kernel/signals.ts";
import { createRequestAllowances, drawRequests, REQUEST_LIMITS, type RequestLimits, workOf } from "./limits/index.ts";
import { OPERATIONS } from "./operations.ts";
import "./wiring.ts";
import { createStorageMeter, tierOf } from "./tiers/index.ts";

export interface AppOptions {
  pool: Pools;
  env: Environment;
  /** Notifies the other processes. The default notifies none. */
  sender?: Sender;
  /** Returns false while changes of credentials by other processes cannot reach this process. */
  cacheCredentials?: () => boolean;
  /** The request limits of each caller. The default is the limits of the default configuration. */
  requestLimits?: RequestLimits;
  clockOffsetMs?: () => number;
  /** Throws while the database must not be changed. */
  requireWritable?: () => void;
  /** Called with every error of the database that became a problem. */
  onDatabaseError?: (error: unknown) => void;
  /** Limits that differ from production, for tests. */
  dbLimits?: Partial<DbLimits>;
  checkOutput?: (operation: Operation, output: unknown) => void;
  checkFact?: (fact: Fact) => void;
  /** Called after each operation, for traces. */
  onOperation?: (ended: EndedOperation) => void;
  /** Called with the id of the request when it is known. */
  onLateFailure?: (error: unknown, requestId?: string) => void;
}

export interface App {
  operations: readonly Operation[];
  db: Db;
  env: Environment;
  signals: Signals;
  dispatcher: Dispatcher;
  authenticate: (credentials: Credentials) => Promise<Actor>;
  presence: PresenceNotes;
  allowances: RequestAllowances;
  contents: Contents;
}

const NO_SENDER: Sender = { facts: () => undefined, credentials: () => undefined };

export function createApp(options: AppOptions): App {
  const { pool, env, sender = NO_SENDER, clockOffsetMs, checkOutput, checkFact, cacheCredentials } = options;
  const { requestLimits = REQUEST_LIMITS } = options;
  const onLateFailure = options.onLateFailure ?? (() => undefined);
  const { dbLimits = {}, requireWritable, onDatabaseError } = options;
  const db = createDb({
    pool,
    limits: dbLimits,
    ...(clockOffsetMs && { clockOffsetMs }),
    ...(requireWritable && { requireWritable }),
    ...(onDatabaseError && { onError: onDatabaseError }),
  });
  const signals = createSignals(sender);
  const presence = createPresence({ db, onFailure: onLateFailure });
  const find = createAuthenticate({ db, env, signals, onLateFailure, ...(cacheCredentials && { cacheCredentials }) });
  const nowMs = () => performance.now() + (clockOffsetMs?.() ?? 0);
  const storage = createStorageMeter({ db, nowMs });
  const guards = { unchanged: unchangedCallers, acting: refuseWhilePaused };
  const kernel = { db, env, signals, recognise, requireActing, guards, storage, onLateFailure };
  const plain = createDispatcher({
    ...kernel,
    ...(checkOutput && { checkOutput }),
    ...(checkFact && { checkFact }),
  });
  const dispatcher = options.onOperation ? reported(plain, options.onOperation) : plain;
  const allowances = createRequestAllowances({
    draw: (draw) => db.outside((tx) => drawRequests(tx, draw)),
    workOf: async (workspace) => workOf(requestLimits, (await db.read(workspace, tierOf)).limits.work_per_minute),
    limits: requestLimits,
    nowMs,
  });
  return {
    operations: OPERATIONS,
    db,
    env,
    signals,
    dispatcher,
    presence,
    allowances,
    contents: createContents({ db, storage }),
    async authenticate(credentials) {
      const actor = await find(credentials);
      if (actor.kind === "agent") presence.seen(actor.workspace, actor.id);
      return actor;
    },
  };
}
