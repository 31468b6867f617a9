/** Opens the server of the demo: a running one, or that of this installation for the time of the demo. */
import { BailiwickError, type Client, createClient } from "../../../../../sdk/src/index.ts";
import { createLocalOwnerSession, createOwnerLink } from "../../../auth/index.ts";
import { NEEDS } from "../../../demo/needs.ts";
import { startServer } from "../../../main.ts";
import type { Config } from "../../../runtime/config.ts";
import { createLog } from "../../../runtime/log.ts";
import { listenUrl } from "../../../start/address.ts";
import { requireInstallation } from "../../database.ts";
import { isHealthy } from "../../healthy.ts";
import { withApp } from "../../local.ts";
import { CREDENTIAL_HINT, DemoError, explain } from "./error.ts";

export interface Place {
  url: string;
  client: Client;
  /** `own`: this process started it; `found`: it ran already on this machine; `given`: it can be anywhere. */
  kind: "own" | "found" | "given";
  /** Makes a link that signs the owner in; present only when this process started the server. */
  signInLink?: () => Promise<string>;
  close(): Promise<void>;
}

export interface PlaceOptions {
  url?: string | undefined;
  key?: string | undefined;
  session?: string | undefined;
  config: () => Config;
  /** A host on this machine that a server of the demo may call. */
  allowedHost?: string | undefined;
}

const OTHER_DATABASE =
  "The server uses another database than this command. Give both the same BAILIWICK_DATA_DIR or DATABASE_URL, or use --session.";
/** The second name is used where the server's public address is https. */
const COOKIES = ["bailiwick_session", "__Host-bailiwick_session"];

/**
 * With a credential any server can be used; without one it is this machine's server, and the demo acts as its owner.
 */
export async function openPlace({ url, key, session, config, allowedHost }: PlaceOptions): Promise<Place> {
  const isAnywhere = key !== undefined || session !== undefined;
  const place = isAnywhere
    ? elsewhere(url ?? ownUrl(config()), key, session)
    : await here(url, withAllowed(config(), allowedHost));
  try {
    await requireRights(place);
    return place;
  } catch (error) {
    await place.close();
    throw error;
  }
}

function withAllowed(config: Config, host: string | undefined): Config {
  return host === undefined ? config : { ...config, privateHosts: [...config.privateHosts, host] };
}

function elsewhere(url: string, key: string | undefined, session: string | undefined): Place {
  const client = session === undefined ? createClient({ url, key }) : sessionClient(url, session);
  return { url, client, kind: "given", close: async () => undefined };
}

async function here(given: string | undefined, config: Config): Promise<Place> {
  const url = given ?? ownUrl(config);
  // With port 0 the port of a running server is unknown, so it cannot be found.
  if (given === undefined && config.port === 0) return startOwn(config);
  if (await isHealthy(url)) {
    const { token, workspace } = await withApp(config, ({ db, env }) => createLocalOwnerSession(db, env));
    const client = sessionClient(url, token, workspace);
    return { url, client, kind: "found", close: async () => undefined };
  }
  if (given !== undefined) throw new DemoError(`No Bailiwick server answers at ${url}.`);
  return startOwn(config);
}

function ownUrl(config: Config): string {
  return listenUrl({ ...config, publicUrl: undefined }, config.port);
}

async function startOwn(config: Config): Promise<Place> {
  await requireInstallation(config);
  // The demo uses the terminal; failures of the server are logged to standard error.
  const log = createLog({ level: config.logLevel === "info" ? "warn" : config.logLevel });
  const server = await startServer({ ...config, publicUrl: undefined }, { onLine: () => undefined, log });
  const { db, env } = server.app;
  const { token, workspace } = await createLocalOwnerSession(db, env);
  return {
    url: server.url,
    client: sessionClient(server.url, token, workspace),
    kind: "own",
    signInLink: async () => (await createOwnerLink(db, env))(),
    close: server.close,
  };
}

/** The SDK sends keys. A person's session is a cookie, and outside a browser this function must add it. */
export function sessionClient(url: string, token: string, workspace?: string): Client {
  const cookie = COOKIES.map((name) => `${name}=${token}`).join("; ");
  const withCookie: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), cookie } });
  return createClient({ url, workspace, fetch: withCookie });
}

/** Throws before anything is created when the credential lacks a permission. */
async function requireRights({ client, url, kind }: Place): Promise<void> {
  const { permissions } = await client.auth.me().catch((error: unknown) => {
    const isOtherDatabase = kind === "found" && error instanceof BailiwickError && error.code === "unauthenticated";
    const why = isOtherDatabase ? OTHER_DATABASE : explain(error);
    throw new DemoError(`The server at ${url} refuses the demo. ${why}`);
  });
  const missing = NEEDS.filter((permission) => !permissions.includes(permission));
  if (missing.length > 0) throw new DemoError(`This credential lacks ${missing.join(", ")}. ${CREDENTIAL_HINT}`);
}
