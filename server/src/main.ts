/** Starts the server and shuts it down. What takes long, the database and the code of the application, comes up side by side. */
import { unescape as decode } from "node:querystring";
import pg from "pg";
import type { App } from "./app.ts";
import { connectionConfig, type PoolTarget } from "./db/connect.ts";
import { type Migration, migrate, readMigrations } from "./db/migrate.ts";
import { migrationsFolder } from "./db/migrations.ts";
import { type Config, readConfig } from "./runtime/config.ts";
import { createLog, type Logger, neverLog } from "./runtime/log.ts";
import { type Closers, createClosers } from "./start/closers.ts";
import type { CrewSetup } from "./start/demo/launcher.ts";
import { ownCommand } from "./start/own-command.ts";
import { requireVersion } from "./start/server-version.ts";
import { stayUntilStopped } from "./start/stay.ts";

export interface RunningServer {
  url: string;
  app: App;
  /** Lets what runs finish, then frees everything. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Told what a person in front of the terminal should see. */
  onLine?: (line: string) => void;
  log?: Logger;
  /** A person watches what is told: not a file and not a journal. */
  isTerminal?: boolean;
  /** What the demo's crew is started with; without it the server starts none. */
  crew?: CrewSetup;
}

/** `bailiwick start`: the server of this environment, until a signal stops it. */
export async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog({ level: config.logLevel });
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
  // Awaited below; until then its failure must not count as unhandled.
  code.catch(() => undefined);
  try {
    const target = await openDatabase(config, { log, onLine, closers });
    await bringUpToDate(target, migrations);
    const { serve } = await code;
    const served = await serve(config, { target, migrations, log, onLine, isTerminal, closers, crew });
    return { ...served, close: closers.closeAll };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** As they are written, and as those who are shown them may repeat them. */
function secretsOf({ databaseUrl, smtpUrl, masterKeys = [], billingWebhookSecret = [] }: Config): string[] {
  const passwords = [databaseUrl, smtpUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).password]));
  const keys = masterKeys.flatMap((key) => [key.toString("base64"), key.toString("hex")]);
  return [...passwords, ...passwords.map((text) => decode(text)), ...keys, ...billingWebhookSecret];
}

interface Told {
  log: Logger;
  onLine: (line: string) => void;
  closers: Closers;
}

async function openDatabase(config: Config, { log, onLine, closers }: Told): Promise<PoolTarget> {
  const { databaseUrl: url, dataDir, pgBin, poolSize: size } = config;
  if (url) return { url, size };
  // Loaded only where it is needed.
  const { startPrivateServer } = await import("./db/embedded.ts");
  let tell = onLine;
  const server = await startPrivateServer({ dataDir, pgBin, log: (line) => tell(line) });
  // Nobody watches the terminal any more when it is started again one day.
  tell = (line) => log.warn(line);
  closers.add(() => server.stop());
  return { socket: server.connection, size };
}

async function bringUpToDate(target: PoolTarget, migrations: readonly Migration[]): Promise<void> {
  const client = new pg.Client(connectionConfig(target));
  // Whatever breaks fails the statement that runs; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await requireVersion(client);
    // Another process may be at it for longer than a statement may take.
    await client.query("set statement_timeout = 0");
    await migrate(client, migrations);
  } finally {
    await client.end();
  }
}
