/** Starts the application on a running database: HTTP, background work, and notifications of other processes. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type App, createApp } from "../app.ts";
import { cosignLog, witnessKey, witnessVerifier } from "../audit/index.ts";
import { PERMISSION_TABLE, permissionsOf } from "../auth/index.ts";
import { AGENT_SCOPES } from "../auth/schema.ts";
import { connectionConfig, createPool, type PoolTarget } from "../db/connect.ts";
import type { Migration } from "../db/migrate.ts";
import { createNotifier } from "../db/notify.ts";
import { FACTS } from "../facts.ts";
import { createLedger, type Ledger } from "../gateway/index.ts";
import { Problem } from "../kernel/problem.ts";
import type { Config } from "../runtime/config.ts";
import type { Logger } from "../runtime/log.ts";
import { createMailer, type Mailer } from "../runtime/mail.ts";
import { createTraceExporter } from "../runtime/trace-export.ts";
import { clients } from "../surfaces/clients/clients.ts";
import { dashboard } from "../surfaces/dashboard/dashboard.ts";
import { readWebFiles } from "../surfaces/dashboard/files.ts";
import { liveFeed } from "../surfaces/events/live.ts";
import { presentEventOf } from "../surfaces/events/present-event.ts";
import type { MetricSource } from "../surfaces/http/counts.ts";
import { createHttp, type HttpServer } from "../surfaces/http/server.ts";
import { system } from "../surfaces/http/system.ts";
import { registerMcp } from "../surfaces/mcp/register.ts";
import { pages } from "../surfaces/pages/pages.ts";
import { referenceRoute } from "../surfaces/pages/reference.ts";
import { billingWebhook } from "../surfaces/webhooks/billing.ts";
import { witness } from "../surfaces/witness/witness.ts";
import { setTier } from "../tiers/index.ts";
import { VERSION } from "../version.ts";
import { listen, listenUrl, servesOnlyThisMachine } from "./address.ts";
import { attachmentsOf } from "./attachments.ts";
import { claudeCodeReceiver } from "./claude-code.ts";
import type { Closers } from "./closers.ts";
import { type CrewSetup, createLauncher } from "./demo/launcher.ts";
import { createDiskSpace } from "./disk-space.ts";
import { environmentOf } from "./environment.ts";
import { gatewayOf } from "./gateway.ts";
import { greeting, linkForTerminal, mayBeBehindUnknownProxy, UNKNOWN_PROXY } from "./greeting.ts";
import { createHealth, type Health } from "./health.ts";
import { type RunningJobs, startJobs, type Watch } from "./jobs.ts";
import { workMetrics } from "./metrics.ts";
import { otlpReceiver } from "./otlp.ts";
import { followKeys, installationOf, openSecrets } from "./secrets.ts";

export interface Parts {
  target: PoolTarget;
  migrations: readonly Migration[];
  log: Logger;
  onLine: (line: string) => void;
  /** Lines go to a terminal that a person watches, not into a file or a journal. */
  isTerminal: boolean;
  /** Receives a closer for everything that is opened here. */
  closers: Closers;
  crew: CrewSetup | undefined;
}

export interface Served {
  url: string;
  app: App;
}

/** Resolves when the server accepts requests. Prints its address and how the owner signs in. */
export async function serve(config: Config, parts: Parts): Promise<Served> {
  const { target, migrations, log, onLine, isTerminal, closers, crew } = parts;
  const pool = createPool(target);
  closers.add(() => pool.end());
  const secrets = await openSecrets(config, pool);
  const { box, madeAt } = secrets;
  const keys = followKeys(secrets, log);
  if (madeAt) onLine(`A master key was made: ${madeAt}. Keep a copy of it, but not with your backups.`);
  const mailer = mailerOf(config, onLine);
  const notifier = createNotifier({ connection: connectionConfig(target), pool, log, keys: keys.current });
  closers.add(() => notifier.close());
  let port = config.port;
  const launcher = createLauncher({
    crew,
    log,
    url: () => listenUrl({ ...config, publicUrl: undefined }, port),
    dispatch: (...call) => app.dispatcher.dispatch(...call),
  });
  const app = createApp({
    pool,
    env: environmentOf(config, { secrets: box, mailer, demo: launcher, publicUrl: () => listenUrl(config, port) }),
    sender: notifier.sender,
    cacheCredentials: notifier.isListening,
    requestLimits: config,
    requireWritable: () => health.requireWritable(),
    ...tracesOf(config, log, closers),
    onDatabaseError(error) {
      health.noteError(error);
      keys.noteError(error);
    },
    onLateFailure: (error, request_id) => logFailure(log.child({ request_id }), error, "Work after a request failed."),
  });
  closers.add(() => app.presence.settled());
  const ledger = ledgerOf(app, log, closers);
  const health = createHealth({ pool, vitals: app.db.vitals, migration: migrations.length, disk: diskOf(config), log });
  await watchHealth(health, closers);
  app.signals.onCredentials(keys.noteChange);
  let jobs: RunningJobs | undefined;
  const metrics = workMetrics({ app, pool, notifier, jobAges: () => jobs?.ages() ?? [] });
  const http = createServer(config, app, { log, mailer, ledger, ready: health.look, metrics });
  closers.add(async () => jobs?.end());
  closers.add(() => Promise.all([http.close(), jobs?.stop()]));
  // The launcher closes first, while its demo can still clean up through the server.
  closers.add(() => launcher.close());
  // Made before anybody can request a link.
  const ownerLink = await linkForTerminal(app, isTerminal);
  [port] = await Promise.all([listen(http.app, config), notifier.listen(app.signals)]);
  jobs = startJobs(app, watchJobs(log, health.mayWrite));
  const served = { url: listenUrl(config, port), app };
  for (const line of greeting(config, { url: served.url, ownerLink, mailer })) onLine(line);
  if (mayBeBehindUnknownProxy(config)) log.warn(UNKNOWN_PROXY);
  return served;
}

/** Without an address, operations are not reported at all. */
function tracesOf({ tracesUrl: url, tracesHeaders: headers = {} }: Config, log: Logger, closers: Closers) {
  if (url === undefined) return {};
  const traces = createTraceExporter({ url, headers, version: VERSION, log });
  closers.add(() => traces.close());
  return { onOperation: traces.record };
}

function mailerOf(config: Config, print: (line: string) => void): Mailer {
  const { smtpUrl, mailFrom: from } = config;
  return createMailer({ smtpUrl, from, isLocal: servesOnlyThisMachine(config), print });
}

async function watchHealth(health: Health, closers: Closers): Promise<void> {
  await health.look();
  health.watch();
  closers.add(async () => health.close());
}

/** The disk of the private database. */
function diskOf({ databaseUrl, dataDir }: Config) {
  return databaseUrl === undefined ? createDiskSpace(join(dataDir, "postgres", "cluster")) : undefined;
}

function watchJobs(log: Logger, mayRun: () => boolean): Watch {
  return {
    mayRun,
    onError: (job, error) => logFailure(log, error, `The background work ${job} failed. The server tries again.`),
    onStuck: (job, id, error) =>
      log.error(
        { err: error, id },
        `The background work ${job} failed several times on this id. The server tries again later.`,
      ),
  };
}

/** The health check logs an unreachable database once, and a busy workspace is no fault of the server. */
function logFailure(log: Logger, error: unknown, message: string): void {
  if (error instanceof Problem && ["unavailable", "overloaded"].includes(error.code))
    log.debug({ err: error }, message);
  else log.warn({ err: error }, message);
}

/** The costs of calls that ended are counted before the database is closed. */
function ledgerOf({ dispatcher }: App, log: Logger, closers: Closers): Ledger {
  const onFailure = (error: unknown) =>
    logFailure(log, error, "The costs of calls of models could not be counted yet.");
  const ledger = createLedger({ dispatcher, onFailure });
  closers.add(() => {
    ledger.close();
    return ledger.settled();
  });
  return ledger;
}

interface HttpParts {
  log: Logger;
  ledger: Ledger;
  mailer: Mailer;
  ready: () => Promise<string | undefined>;
  metrics: readonly MetricSource[];
}

function createServer(config: Config, app: App, { log, mailer, ledger, ready, metrics }: HttpParts): HttpServer {
  const { operations, db, signals } = app;
  const ofAgents = permissionsOf({ kind: "agent", scopes: AGENT_SCOPES });
  const about = { operations, version: VERSION };
  const web = readWebFiles(builtFolder("web"));
  return createHttp({
    ...app,
    log,
    acceptsLoopback: config.publicUrl === undefined,
    hosts: config.hosts,
    trustedProxies: config.trustedProxies,
    extensions: [
      system({ ...about, ready, metrics, installation: installationOf(app.env.secrets) }),
      pages({ ...about, web, outbox: mailer.outbox }),
      dashboard(web, presentEventOf(db, app.env.secrets)),
      clients(builtFolder("clients")),
      referenceRoute({ ...about, facts: FACTS, permissions: PERMISSION_TABLE }),
      liveFeed({ db, signals }),
      attachmentsOf(app),
      otlpReceiver(),
      claudeCodeReceiver(),
      gatewayOf(app, ledger),
      billingWebhook({ secrets: config.billingWebhookSecret ?? [], setTier }),
      witness({ cosign: (text) => cosignLog(app, text), key: () => witnessVerifier(witnessKey(app.env.secrets)) }),
      (http, tools) => registerMcp(http, tools, { ...about, forAgents: ({ permission }) => ofAgents.has(permission) }),
    ],
  });
}

/** A folder that the build makes next to the bundle. The server uses it also when it runs from its sources. */
function builtFolder(name: string): string {
  const isBundle = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(isBundle ? `./${name}` : `../../dist/${name}`, import.meta.url));
}
