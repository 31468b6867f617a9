/** Runs operations directly on the database of this installation, with or without a running server. */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { type App, createApp } from "../app.ts";
import { createLocalOwnerSession } from "../auth/index.ts";
import { connectionConfig, createPool } from "../db/connect.ts";
import { migrate, migrationsFolder, readMigrations } from "../db/migrate.ts";
import { createNotifier } from "../db/notify.ts";
import { workingRole } from "../db/role.ts";
import type { DemoCrew } from "../demo/index.ts";
import type { Call } from "../kernel/dispatch/call.ts";
import type { Environment } from "../kernel/environment.ts";
import type { Operation, RequestInfo } from "../kernel/operation.ts";
import { loadPriceList } from "../observability/price-list.ts";
import type { Config } from "../runtime/config.ts";
import { createLog } from "../runtime/log.ts";
import { createMailer } from "../runtime/mail.ts";
import type { InstallationBox } from "../runtime/secret-box.ts";
import { listenUrl, servesOnlyThisMachine } from "../start/address.ts";
import { environmentOf } from "../start/environment.ts";
import { openSecrets } from "../start/secrets.ts";
import { openDatabase } from "./database.ts";

/** Runs an operation and returns its output. */
export type Run = (operation: Operation, input: Record<string, unknown>, idempotencyKey?: string) => Promise<unknown>;

/** Runs operations as the owner: access to the database is enough. */
export async function asLocalOwner<T>(
  config: Config,
  workspace: string | undefined,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  return withApp(config, async ({ dispatcher, authenticate, db, env }) => {
    let session: ReturnType<typeof createLocalOwnerSession> | undefined;
    return work(async (operation, input, idempotencyKey) => {
      const given: Call = { input, idempotencyKey, request: localRequest() };
      if (operation.kind === "public") return (await dispatcher.dispatchPublic(operation, given)).output;
      session ??= createLocalOwnerSession(db, env);
      const { workspaceField: field } = operation;
      // If the field is missing, the operation reports it.
      const named = field === undefined ? undefined : input[field];
      const actor = await authenticate({ session: (await session).token, workspace: workspace ?? named?.toString() });
      return (await dispatcher.dispatch(operation, actor, given)).output;
    });
  });
}

export function localRequest(): RequestInfo {
  return {
    id: randomUUID(),
    trace_id: null,
    ip: "",
    at_this_machine: true,
    user_agent: "bailiwick",
    session: null,
  };
}

/** Opens the application on the database while `work` runs. Running servers are notified of its changes. */
export async function withApp<T>(config: Config, work: (app: App, box: InstallationBox) => Promise<T>): Promise<T> {
  const database = await openDatabase(config);
  try {
    const client = await database.connect();
    await migrate(client, readMigrations(migrationsFolder()));
    const pool = createPool({ ...database.target, role: await workingRole(client) });
    const log = createLog({ level: config.logLevel });
    const { sender, close } = createNotifier({ connection: connectionConfig(database.target), pool, log });
    try {
      const { env, box } = await environment(config, pool);
      const app = createApp({
        pool,
        env,
        sender,
        onLateFailure: (error) => log.warn({ err: error }, "A mail was not sent."),
      });
      await loadPriceList(app.db);
      return await work(app, box);
    } finally {
      await close();
      await pool.end();
    }
  } finally {
    await database.close();
  }
}

const ONLY_SERVERS = "Only a running server can start the demo. Add --url and a credential, or run bailiwick demo.";
const NO_CREW: DemoCrew = {
  unavailable: async () => ONLY_SERVERS,
  start: () => Promise.reject(new Error(ONLY_SERVERS)),
};

async function environment(config: Config, pool: pg.Pool): Promise<{ env: Environment; box: InstallationBox }> {
  const { box, madeAt } = await openSecrets(config, pool);
  if (madeAt) process.stderr.write(`A master key was made: ${madeAt}. Keep a copy of it, but not with your backups.\n`);
  const print = (line: string) => void process.stderr.write(`${line}\n`);
  const isLocal = servesOnlyThisMachine(config);
  const mailer = createMailer({ smtpUrl: config.smtpUrl, from: config.mailFrom, print, isLocal });
  const publicUrl = () => listenUrl(config, config.port);
  return { env: environmentOf(config, { secrets: box, mailer, demo: NO_CREW, publicUrl }), box };
}
