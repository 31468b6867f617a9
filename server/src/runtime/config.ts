/** The environment, parsed once. SETTINGS is the whole list; the parser and `bailiwick config` read it. */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../kernel/environment.ts";
import {
  addresses,
  email,
  folder,
  headers,
  host,
  hostNames,
  type Kind,
  keys,
  logLevel,
  type Machine,
  origin,
  sender,
  url,
  webhookSecrets,
  wholeNumber,
} from "./config-kinds.ts";
import { verifierKeys, witnesses } from "./witness-kinds.ts";

/** A setting that a person must correct. The message names the variable, its value and the values that it takes. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** The settings that operations read, as `env.settings`. */
const OPERATION_SETTINGS = {
  ownerEmail: given("BAILIWICK_OWNER_EMAIL", "owner@bailiwick.local", "Owner of the first workspace.", email()),
  taskDepthMax: given("BAILIWICK_MAX_TASK_DEPTH", "8", "Most levels of tasks below a root task.", wholeNumber(1, 100)),
  taskFanOutMax: given("BAILIWICK_MAX_FAN_OUT", "200", "Most tasks that one task may create.", wholeNumber(1, 10_000)),
  openTasksPerRootMax: given(
    "BAILIWICK_OPEN_TASKS_PER_ROOT",
    "10000",
    "Most open tasks below one root.",
    wholeNumber(1, 1e6),
  ),
  openTasksMax: given("BAILIWICK_OPEN_TASKS", "100000", "Most open tasks in one workspace.", wholeNumber(1, 1e7)),
  runHoursMax: given(
    "BAILIWICK_MAX_RUN_HOURS",
    "24",
    "Most hours of one attempt at a task; no lease is renewed beyond them.",
    wholeNumber(1, 8_760),
  ),
  escalationMinutes: given(
    "BAILIWICK_ESCALATION_MINUTES",
    "60",
    "Minutes until an escalated task that nobody starts goes one level up.",
    wholeNumber(1, 10_080),
  ),
  hopsMax: given(
    "BAILIWICK_MAX_HOPS",
    "50",
    "Most messages between two agents, or in one chain of agents, without progress on a task.",
    wholeNumber(1, 1e6),
  ),
  privateHosts: given(
    "BAILIWICK_ALLOW_PRIVATE_URLS",
    "",
    "Hosts on this machine or in a private network that the server may call, such as for a webhook.",
    hostNames(),
  ),
  moltbookUrl: given(
    "BAILIWICK_MOLTBOOK_URL",
    "https://www.moltbook.com/api/v1",
    "Address of the Moltbook API; without www it redirects, and redirects are refused.",
    url("an http or https address such as https://www.moltbook.com/api/v1", ["http:", "https:"]),
  ),
  checkpointDays: given(
    "BAILIWICK_CHECKPOINT_DAYS",
    "1",
    "Days between two published checkpoints of a workspace, as a fact and as mail to its owner; 0 publishes none.",
    wholeNumber(0, 365),
  ),
  checkpointDir: optional(
    "BAILIWICK_CHECKPOINT_DIR",
    "Folder that gets the newest checkpoint of each workspace, to copy it to another machine; without it none are written.",
    folder(),
  ),
  witnesses: given(
    "BAILIWICK_WITNESSES",
    "",
    "Witnesses that cosign the checkpoints of all workspaces, to prove to others that the record was never cut.",
    witnesses(),
  ),
  witnessedLogs: given(
    "BAILIWICK_WITNESS_LOGS",
    "",
    "Keys of the records of other servers whose checkpoints this server cosigns as their witness.",
    verifierKeys(),
  ),
};

export const SETTINGS = {
  port: given("BAILIWICK_PORT", "7300", "Port to listen on; 0 takes any free port.", wholeNumber(0, 65_535)),
  host: given("BAILIWICK_HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 is every interface.", host()),
  dataDir: given(
    "BAILIWICK_DATA_DIR",
    "~/.bailiwick (as root /var/lib/bailiwick)",
    "Folder of the private database and of the master key.",
    folder(),
  ),
  databaseUrl: optional(
    "DATABASE_URL",
    "PostgreSQL 15 or newer to use instead of the private database.",
    url("a PostgreSQL address such as postgres://user:password@host:5432/name", ["postgres:", "postgresql:"]),
    "secret",
  ),
  publicUrl: optional("BAILIWICK_PUBLIC_URL", "Address at which people reach this server.", origin()),
  hosts: given(
    "BAILIWICK_HOSTS",
    "",
    "Further addresses at which people open this server, besides the public one.",
    hostNames(),
  ),
  smtpUrl: optional(
    "BAILIWICK_SMTP_URL",
    "Mail server for sign-in links and alerts; without one, links are shown only on this machine.",
    url("a mail server address such as smtp://user:password@host:587", ["smtp:", "smtps:"]),
    "secret",
  ),
  mailFrom: given(
    "BAILIWICK_MAIL_FROM",
    "Bailiwick <no-reply@bailiwick.local>",
    "Sender of the server's mail.",
    sender(),
  ),
  masterKeys: optional(
    "BAILIWICK_MASTER_KEY",
    "Key that seals stored secrets, followed by older keys that still open some of them.",
    keys(),
    "secret",
  ),
  masterKeyFile: optional("BAILIWICK_MASTER_KEY_FILE", "File that holds the master key.", folder("a file")),
  billingWebhookSecret: optional(
    "BAILIWICK_BILLING_WEBHOOK_SECRET",
    "Secret that signs the webhooks of a billing system; without it the webhook is off.",
    webhookSecrets(),
    "secret",
  ),
  pgBin: optional("BAILIWICK_PG_BIN", "Folder with the PostgreSQL programs of the private database.", folder()),
  tracesUrl: optional(
    "BAILIWICK_TRACES_URL",
    "Address that takes this server's own traces as OTLP over HTTP; without it none are sent.",
    url("an http or https address such as http://collector:4318/v1/traces", ["http:", "https:"]),
  ),
  tracesHeaders: optional("BAILIWICK_TRACES_HEADERS", "Headers of the requests with traces.", headers(), "secret"),
  logLevel: given("BAILIWICK_LOG_LEVEL", "info", "Lowest level that is logged.", logLevel()),
  writesPerMinute: given(
    "BAILIWICK_WRITES_PER_MINUTE",
    "300",
    "Changes per minute of one key or person; the limit of a network is ten times as high.",
    wholeNumber(1, 1e6),
  ),
  readsPerMinute: given(
    "BAILIWICK_READS_PER_MINUTE",
    "1200",
    "Reads per minute of one key or person; the limit of a network is ten times as high.",
    wholeNumber(1, 1e6),
  ),
  workPerMinute: given(
    "BAILIWICK_WORK_PER_MINUTE",
    "6000",
    "Requests per minute with which one agent key claims and does tasks; the limit of a network is ten times as high.",
    wholeNumber(1, 1e6),
  ),
  trustedProxies: given("BAILIWICK_TRUSTED_PROXIES", "", "Proxies whose X-Forwarded-For is trusted.", addresses()),
  poolSize: given(
    "BAILIWICK_POOL_SIZE",
    "10",
    "Database connections of this process; groups of hot commands use up to 4 more.",
    wholeNumber(2, 500),
  ),
  ...OPERATION_SETTINGS,
};

type ValuesOf<Fields extends Record<string, Setting<unknown>>> = {
  readonly [Field in keyof Fields]: ReturnType<Fields[Field]["read"]>;
};
export type Config = ValuesOf<typeof SETTINGS>;
type OperationSettings = ValuesOf<typeof OPERATION_SETTINGS>;

declare module "../kernel/environment.ts" {
  interface Settings extends OperationSettings {}
}

/** The part of the configuration that operations read. */
export function settingsOf(config: Config): Settings {
  const fields = Object.keys(OPERATION_SETTINGS) as (keyof Settings)[];
  // The fields are those of OPERATION_SETTINGS, and Settings has the same fields.
  return Object.fromEntries(fields.map((field) => [field, config[field]])) as unknown as Settings;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const THIS_MACHINE: Machine = {
  home: homedir(),
  isRoot: process.getuid?.() === 0,
  readFile: (path) => readFileSync(path, "utf8"),
};

export function readConfig(env: Environment, machine: Machine = THIS_MACHINE): Config {
  const dataDir = machine.isRoot ? "/var/lib/bailiwick" : join(machine.home, ".bailiwick");
  const text = { ...env, BAILIWICK_DATA_DIR: written(env.BAILIWICK_DATA_DIR) ?? dataDir };
  const fields = Object.entries(SETTINGS).map(([field, setting]) => [field, setting.read(text, machine)]);
  // The entries are the fields of SETTINGS, and Config has the same fields.
  const config = Object.fromEntries(fields) as Config;
  return { ...config, masterKeys: masterKeys(config, machine) };
}

export interface ConfigRow {
  readonly name: string;
  readonly value: string;
  readonly default: string;
  readonly meaning: string;
}

/** Returns the rows that `bailiwick config` prints; for a secret the value is only "set". */
export function describeConfig(config: Config, env: Environment): ConfigRow[] {
  return Object.entries(SETTINGS).map(([field, setting]) => ({
    name: setting.name,
    // The entries are the fields of SETTINGS, and Config has the same fields.
    value: setting.isSecret ? shownSecret(env[setting.name]) : String(config[field as keyof Config] ?? ""),
    default: setting.default ?? "",
    meaning: `${setting.meaning} Takes ${setting.kind.takes}.`,
  }));
}

function shownSecret(text: string | undefined): string {
  return written(text) === undefined ? "" : "set";
}

function masterKeys(config: Config, machine: Machine): readonly Buffer[] | undefined {
  const file = config.masterKeyFile;
  if (file === undefined) return config.masterKeys;
  if (config.masterKeys !== undefined) {
    throw new ConfigError("BAILIWICK_MASTER_KEY and BAILIWICK_MASTER_KEY_FILE are both set; set one of them.");
  }
  const parsed = keys().parse(contentOf(file, machine), machine);
  if (parsed === undefined) {
    throw new ConfigError(`BAILIWICK_MASTER_KEY_FILE names ${file}, which does not hold ${keys().takes}.`);
  }
  return parsed;
}

function contentOf(file: string, machine: Machine): string {
  try {
    return machine.readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`BAILIWICK_MASTER_KEY_FILE cannot be read: ${reason}.`);
  }
}

interface Setting<Value> {
  readonly name: string;
  readonly default: string | undefined;
  readonly meaning: string;
  readonly isSecret: boolean;
  readonly kind: Kind<unknown>;
  readonly read: (env: Environment, machine: Machine) => Value;
}

function given<Value>(name: string, standard: string, meaning: string, kind: Kind<Value>): Setting<Value> {
  const read: Setting<Value>["read"] = (env, machine) =>
    parse(name, kind, written(env[name]) ?? standard, false, machine);
  return { name, default: standard, meaning, isSecret: false, kind, read };
}

function optional<Value>(
  name: string,
  meaning: string,
  kind: Kind<Value>,
  secret?: "secret",
): Setting<Value | undefined> {
  const isSecret = secret !== undefined;
  const read: Setting<Value | undefined>["read"] = (env, machine) => {
    const text = written(env[name]);
    return text === undefined ? undefined : parse(name, kind, text, isSecret, machine);
  };
  return { name, default: undefined, meaning, isSecret, kind, read };
}

function parse<Value>(name: string, kind: Kind<Value>, text: string, isSecret: boolean, machine: Machine): Value {
  const value = kind.parse(text, machine);
  if (value !== undefined) return value;
  // Text before @ in an address may be a password.
  const isHidden = isSecret || text.includes("@");
  throw new ConfigError(`${name} is ${isHidden ? "not usable" : JSON.stringify(text)}; it takes ${kind.takes}.`);
}

/** An empty variable counts as absent: compose files pass every variable they mention. */
function written(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}
