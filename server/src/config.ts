// The environment, parsed once. SETTINGS is the whole list: the parser and `bailiwick config` both follow it.

import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const MASTER_KEY_BYTES = 32;
const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+$/;

/** A setting a person has to correct. The message is the whole answer: variable, value, what it takes. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

export const SETTINGS = {
  port: given("BAILIWICK_PORT", "7300", "Port to listen on; 0 takes any free port.", wholeNumber(0, 65_535)),
  host: given("BAILIWICK_HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 is every interface.", host()),
  dataDir: given(
    "BAILIWICK_DATA_DIR",
    "~/.bailiwick (as root /var/lib/bailiwick)",
    "Folder of the private database and of the master key.",
    folder(),
  ),
  ownerEmail: given("BAILIWICK_OWNER_EMAIL", "owner@bailiwick.local", "Owner of the first workspace.", email()),
  databaseUrl: optional(
    "DATABASE_URL",
    "PostgreSQL 15 or newer to use instead of the private one.",
    url("a PostgreSQL address such as postgres://user:password@host:5432/name", ["postgres:", "postgresql:"]),
    "secret",
  ),
  publicUrl: optional("BAILIWICK_PUBLIC_URL", "Address under which people reach this server.", origin()),
  smtpUrl: optional(
    "BAILIWICK_SMTP_URL",
    "Mail server for sign-in links and alerts; without it links are shown on this machine only.",
    url("a mail server address such as smtp://user:password@host:587", ["smtp:", "smtps:"]),
    "secret",
  ),
  mailFrom: given("BAILIWICK_MAIL_FROM", "Bailiwick <no-reply@bailiwick.local>", "Sender of its mail.", sender()),
  masterKey: optional("BAILIWICK_MASTER_KEY", "Key that seals stored secrets.", key(), "secret"),
  masterKeyFile: optional("BAILIWICK_MASTER_KEY_FILE", "File that holds the master key.", folder("a file")),
  pgBin: optional("BAILIWICK_PG_BIN", "Folder with the PostgreSQL programs of the private database.", folder()),
  logLevel: given("BAILIWICK_LOG_LEVEL", "info", "Least severe line that is logged.", logLevel()),
  writesPerMinute: given("BAILIWICK_WRITES_PER_MINUTE", "300", "Changes one caller may make.", wholeNumber(1, 1e6)),
  readsPerMinute: given("BAILIWICK_READS_PER_MINUTE", "1200", "Reads one caller may make.", wholeNumber(1, 1e6)),
  trustedProxies: given("BAILIWICK_TRUSTED_PROXIES", "", "Proxies whose X-Forwarded-For is believed.", addresses()),
  poolSize: given("BAILIWICK_POOL_SIZE", "10", "Database connections of this process.", wholeNumber(2, 500)),
  taskDepthMax: given("BAILIWICK_MAX_TASK_DEPTH", "8", "How deep tasks may create tasks.", wholeNumber(1, 100)),
  taskFanOutMax: given("BAILIWICK_MAX_FAN_OUT", "200", "Tasks one task may create.", wholeNumber(1, 10_000)),
  escalationMinutes: given(
    "BAILIWICK_ESCALATION_MINUTES",
    "60",
    "Minutes until an escalated task that nobody begins goes one level further up.",
    wholeNumber(1, 10_080),
  ),
  hopsMax: given("BAILIWICK_MAX_HOPS", "50", "Messages of agents in a row in one thread.", wholeNumber(1, 1e6)),
};

export type Config = { readonly [Field in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Field]["read"]> };
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the parser needs to know besides the environment; tests pass their own. */
export interface Machine {
  readonly home: string;
  readonly isRoot: boolean;
  readonly readFile: (path: string) => string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const THIS_MACHINE: Machine = {
  home: homedir(),
  isRoot: process.getuid?.() === 0,
  readFile: (path) => readFileSync(path, "utf8"),
};

export function readConfig(env: Environment, machine: Machine = THIS_MACHINE): Config {
  const dataDir = machine.isRoot ? "/var/lib/bailiwick" : join(machine.home, ".bailiwick");
  const text = { ...env, BAILIWICK_DATA_DIR: written(env.BAILIWICK_DATA_DIR) ?? dataDir };
  const fields = Object.entries(SETTINGS).map(([field, setting]) => [field, setting.read(text, machine)]);
  // The entries come from SETTINGS, field by field, which is what Config is made of.
  const config = Object.fromEntries(fields) as Config;
  return { ...config, masterKey: masterKey(config, machine) };
}

export interface ConfigRow {
  readonly name: string;
  readonly value: string;
  readonly default: string;
  readonly meaning: string;
}

/** The rows `bailiwick config` prints; a secret only says that it is set. */
export function describeConfig(config: Config, env: Environment): ConfigRow[] {
  return Object.entries(SETTINGS).map(([field, setting]) => ({
    name: setting.name,
    // The entries come from SETTINGS, and every one of its fields is a field of Config.
    value: setting.isSecret ? shownSecret(env[setting.name]) : String(config[field as keyof Config] ?? ""),
    default: setting.default ?? "",
    meaning: `${setting.meaning} Takes ${setting.kind.takes}.`,
  }));
}

function shownSecret(text: string | undefined): string {
  return written(text) === undefined ? "" : "set";
}

function masterKey(config: Config, machine: Machine): Buffer | undefined {
  const file = config.masterKeyFile;
  if (file === undefined) return config.masterKey;
  if (config.masterKey !== undefined) {
    throw new ConfigError("BAILIWICK_MASTER_KEY and BAILIWICK_MASTER_KEY_FILE are both set; set one of them.");
  }
  const parsed = key().parse(contentOf(file, machine).trim(), machine);
  if (parsed === undefined) {
    throw new ConfigError(`BAILIWICK_MASTER_KEY_FILE names ${file}, which does not hold ${key().takes}.`);
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

/** How a text becomes a value; undefined when it is not one. */
interface Kind<Value> {
  readonly takes: string;
  readonly parse: (text: string, machine: Machine) => Value | undefined;
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
  throw new ConfigError(`${name} is ${isSecret ? "not usable" : JSON.stringify(text)}; it takes ${kind.takes}.`);
}

/** An empty variable counts as absent: compose files pass every variable they mention. */
function written(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function wholeNumber(min: number, max: number): Kind<number> {
  return {
    takes: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

function host(): Kind<string> {
  return {
    takes: "an IP address or a host name",
    parse: (text) => (isIP(text) > 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : undefined),
  };
}

/** Service files do not expand `~`, so it is done here. */
function folder(what = "a folder"): Kind<string> {
  return {
    takes: `the path of ${what}`,
    parse: (text, machine) => (text.includes("\0") ? undefined : resolve(text.replace(/^~(?=\/|$)/, machine.home))),
  };
}

function email(): Kind<string> {
  return { takes: "an email address", parse: (text) => (EMAIL.test(text) ? text : undefined) };
}

function sender(): Kind<string> {
  return {
    takes: "an email address or a name with one, such as Bailiwick <no-reply@example.com>",
    parse: (text) => {
      const inBrackets = /^[^<>\r\n]*<([^<>]*)>$/.exec(text);
      return EMAIL.test(inBrackets?.[1] ?? text) ? text : undefined;
    },
  };
}

function url(takes: string, protocols: readonly string[]): Kind<string> {
  return {
    takes,
    parse: (text) => (URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text : undefined),
  };
}

/** Only an origin: the dashboard and its cookie live at the root of their host. */
function origin(): Kind<string> {
  return {
    takes: "an http or https address without a path, such as https://bailiwick.example.com",
    parse: (text) => {
      if (!URL.canParse(text)) return undefined;
      const { protocol, origin, href } = new URL(text);
      return ["http:", "https:"].includes(protocol) && href === `${origin}/` ? origin : undefined;
    },
  };
}

function key(): Kind<Buffer> {
  return {
    takes: `${MASTER_KEY_BYTES} bytes as base64 or hex, such as \`openssl rand -base64 ${MASTER_KEY_BYTES}\` prints`,
    parse: (text) => {
      if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
      if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
      return Buffer.from(text, "base64");
    },
  };
}

function logLevel(): Kind<LogLevel> {
  return {
    takes: `one of ${LOG_LEVELS.join(", ")}`,
    parse: (text) => LOG_LEVELS.find((level) => level === text.toLowerCase()),
  };
}

function addresses(): Kind<readonly string[]> {
  return {
    takes: "IP addresses or networks with commas between, such as 10.0.0.1,192.168.0.0/16",
    parse: (text) => {
      const list = text.split(",").map((part) => part.trim());
      const named = list.filter((part) => part !== "");
      return named.every(isAddressOrNetwork) ? named : undefined;
    },
  };
}

function isAddressOrNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
