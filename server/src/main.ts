/** Starts the server and shuts it down. The database starts while the code of the application loads. */
import { unescape as decode } from "node:querystring";
import pg from "pg";
import type { App } from "./app.ts";
import { connectionConfig, type PoolTarget } from "./db/connect.ts";
import { type Migration, migrate, migrationsFolder, readMigrations } from "./db/migrate.ts";
import { workingRole } from "./db/role.ts";
import { type Config, readConfig } from "./runtime/config.ts";
import { createLog, type Logger, neverLog } from "./runtime/log.ts";
import { unknownSettings } from "./runtime/unknown-settings.ts";
import { type Closers, createClosers } from "./start/closers.ts";
import type { CrewSetup } from "./start/demo/launcher.ts";
import { ownCommand } from "./start/own-command.ts";
import { requireVersion } from "./start/server-version.ts";
import { stayUntilStopped } from "./start/stay.ts";

export interface RunningServer {
  url: string;
  app: App;
  /** Waits for running work, then closes all resources. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Prints a line for the person at the terminal. */
  onLine?: (line: string) => void;
  log?: Logger;
  /** True when a person reads the output, false for a file or a journal. */
  isTerminal?: boolean;
  /** The command that starts the demo's crew. Without it, the server starts no crew. */
  crew?: CrewSetup;
}

/** `bailiwick start`: runs the server of this environment until a signal stops it. */
export async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog({ level: config.logLevel });
  for (const line of unknownSettings(process.env)) log.warn(line);
  await stayUntilStopped(
    startServer(config, { log, isTerminal: process.stdout.isTTY === true, crew: { command: ownCommand() } }),
    log,
  );
}

export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const { onLine = console.log, log = createLog({ level: config.logLevel }), isTerminal = false, crew } = options;
  neverLog(secretsOf(config));
  const closers = createClosers();
  const migrations = readMigrations(migrationsFolder());
  const code = import("./start/serve.ts");
  // Awaited below. Until then, a failure must not count as unhandled.
  code.catch(() => undefined);
  try {
    const target = await openDatabase(config, { log, onLine, closers });
    const { role, ran } = await bringUpToDate(target, migrations);
    const before = migrations.length - ran;
    if (before > 0 && ran > 0) onLine(`Migrated the database from ${before} to ${migrations.length}.`);
    const { serve } = await code;
    const served = await serve(config, {
      target: { ...target, role },
      migrations,
      log,
      onLine,
      isTerminal,
      closers,
      crew,
    });
    return { ...served, close: closers.closeAll };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** Returns the secrets in every encoding in which they may appear in a log. */
function secretsOf({
  databaseUrl,
  smtpUrl,
  masterKeys = [],
  billingWebhookSecret = [],
  tracesHeaders = {},
}: Config): string[] {
  const passwords = [databaseUrl, smtpUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).password]));
  const keys = masterKeys.flatMap((key) => [key.toString("base64"), key.toString("hex")]);
  const headers = Object.values(tracesHeaders).map((value) => value.replace(/^\S+ /, ""));
  return [...passwords, ...passwords.map((text) => decode(text)), ...keys, ...billingWebhookSecret, ...headers];
}

interface Startup {
  log: Logger;
  onLine: (line: string) => void;
  closers: Closers;
}

async function openDatabase(config: Config, { log, onLine, closers }: Startup): Promise<PoolTarget> {
  const { databaseUrl: url, dataDir, pgBin, poolSize: size } = config;
  if (url) return { url, size };
  // Loaded only when it is needed, for a faster start.
  const { startPrivateServer } = await import("./db/embedded.ts");
  let print = onLine;
  const server = await startPrivateServer({ dataDir, pgBin, log: (line) => print(line) });
  // Later restarts of the private server are written to the log.
  print = (line) => log.warn(line);
  closers.add(() => server.stop());
  return { socket: server.connection, size };
}

/** Returns the role that works in a workspace, and the number of migrations that ran. */
async function bringUpToDate(
  target: PoolTarget,
  migrations: readonly Migration[],
): Promise<{ role: string; ran: number }> {
  const client = new pg.Client(connectionConfig(target));
  // A broken connection fails its running statement. Without a listener, the event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await requireVersion(client);
    // Another process may run the migrations for longer than the statement timeout.
    await client.query("set statement_timeout = 0");
    const ran = await migrate(client, migrations);
    return { role: await workingRole(client), ran };
  } finally {
    await client.end();
  }
}
