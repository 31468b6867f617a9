/** The kinds of values that settings take, and their parsers. */
import { isIP } from "node:net";
import { resolve } from "node:path";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
const MASTER_KEY_BYTES = 32;
const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+$/;

/** The facts about the machine that the parser needs; tests pass their own. */
export interface Machine {
  readonly home: string;
  readonly isRoot: boolean;
  readonly readFile: (path: string) => string;
}

/** Parses a text to a value; undefined when the text is not valid. */
export interface Kind<Value> {
  readonly takes: string;
  readonly parse: (text: string, machine: Machine) => Value | undefined;
}

export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    takes: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function host(): Kind<string> {
  return {
    takes: "an IP address or a host name",
    parse: (text) => (isIP(text) > 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : undefined),
  };
}

/** Expands `~`, because service files do not. */
export function folder(what = "a folder"): Kind<string> {
  return {
    takes: `the path of ${what}`,
    parse: (text, machine) => (text.includes("\0") ? undefined : resolve(text.replace(/^~(?=\/|$)/, machine.home))),
  };
}

export function email(): Kind<string> {
  return { takes: "an email address", parse: (text) => (EMAIL.test(text) ? text : undefined) };
}

export function sender(): Kind<string> {
  return {
    takes: "an email address or a name with one, such as Bailiwick <no-reply@example.com>",
    parse: (text) => {
      const inBrackets = /^[^<>\r\n]*<([^<>]*)>$/.exec(text);
      return EMAIL.test(inBrackets?.[1] ?? text) ? text : undefined;
    },
  };
}

export function url(takes: string, protocols: readonly string[]): Kind<string> {
  return {
    takes,
    parse: (text) => (URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text : undefined),
  };
}

const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([\x20-\x7e]*)$/;

export function headers(): Kind<Readonly<Record<string, string>>> {
  return {
    takes: "names and values of headers with commas between them, such as authorization=Bearer key",
    parse: (text) => {
      const parts = text.split(",").flatMap((part) => part.trim() || []);
      const found = parts.map((part) => HEADER.exec(part));
      if (found.includes(null)) return undefined;
      return Object.fromEntries(found.map((match) => [match?.[1] ?? "", (match?.[2] ?? "").trim()]));
    },
  };
}

/** Takes only an origin, because the dashboard and its cookie use the root of their host. */
export function origin(): Kind<string> {
  return {
    takes: "an http or https address without a path, such as https://bailiwick.example.com",
    parse: (text) => {
      if (!URL.canParse(text)) return undefined;
      const { protocol, origin, href } = new URL(text);
      return ["http:", "https:"].includes(protocol) && href === `${origin}/` ? origin : undefined;
    },
  };
}

export function keys(): Kind<readonly Buffer[]> {
  return {
    takes: `${MASTER_KEY_BYTES} bytes as base64 or hex, such as the output of \`openssl rand -base64 ${MASTER_KEY_BYTES}\``,
    parse: (text) => {
      const parts = text.split(/[\s,]+/).filter((part) => part !== "");
      const parsed = parts.map(key);
      return parsed.length > 0 && parsed.every((one) => one !== undefined) ? parsed : undefined;
    },
  };
}

function key(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** Secrets as Standard Webhooks writes them; several during a rotation. */
export function webhookSecrets(): Kind<readonly string[]> {
  return {
    takes: "a secret, which is whsec_ followed by base64, or several separated by commas",
    parse: (text) => {
      const list = text.split(",").map((part) => part.trim());
      return list.every((part) =>
        /^whsec_(?:[A-Za-z0-9+/]{4}){6,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(part),
      )
        ? list
        : undefined;
    },
  };
}

export function logLevel(): Kind<LogLevel> {
  return {
    takes: `one of ${LOG_LEVELS.join(", ")}`,
    parse: (text) => LOG_LEVELS.find((level) => level === text.toLowerCase()),
  };
}

export function addresses(): Kind<readonly string[]> {
  return {
    takes: "IP addresses or networks separated by commas, such as 10.0.0.1,192.168.0.0/16",
    parse: (text) => {
      const list = text.split(",").map((part) => part.trim());
      const named = list.filter((part) => part !== "");
      return named.every(isAddressOrNetwork) ? named : undefined;
    },
  };
}

/** Returns names with a port, without one for the standard ports of http and https, as `URL` writes hosts. */
export function hostNames(): Kind<readonly string[]> {
  return {
    takes: "host names with a port if it is not the standard or the served one, such as bailiwick,localhost:8080",
    parse: (text) => {
      const list = text.split(",").map((part) => part.trim());
      const named = list.filter((part) => part !== "").map(hostName);
      return named.every((one) => one !== undefined) ? named : undefined;
    },
  };
}

function hostName(text: string): string | undefined {
  const address = `http://${isIP(text) === 6 ? `[${text}]` : text}`;
  if (!/^[^/?#@\\\s*]+$/.test(text) || !URL.canParse(address)) return undefined;
  return new URL(address).host.replace(/:443$/, "");
}

function isAddressOrNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
