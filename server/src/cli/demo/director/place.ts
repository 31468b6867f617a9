/** Where the demo happens: a server that runs already, or one for as long as the demo lasts. */
import { BailiwickError, type Client, createClient } from "../../../../../sdk/src/index.ts";
import { createLocalOwnerSession, createOwnerLink } from "../../../auth/index.ts";
import { NEEDS } from "../../../demo/needs.ts";
import { startServer } from "../../../main.ts";
import type { Config } from "../../../runtime/config.ts";
import { createLog } from "../../../runtime/log.ts";
import { listenUrl } from "../../../start/address.ts";
import { withApp } from "../../local.ts";
import { DemoError, explain, WHO_MAY } from "./error.ts";

export interface Place {
  url: string;
  client: Client;
  /** `own`: this process started it; `found`: it ran already on this machine; `given`: it can be anywhere. */
  kind: "own" | "found" | "given";
  /** Only of a server that this process started: a link that signs the owner in. */
  signInLink?: () => Promise<string>;
  close(): Promise<void>;
}

export interface PlaceOptions {
  url?: string | undefined;
  key?: string | undefined;
  session?: string | undefined;
  config: () => Config;
}

const OTHER_DATABASE =
  "It works with another database than this command: give both the same BAILIWICK_DATA_DIR or DATABASE_URL, or use --session.";
const HEALTH_MS = 3_000;
/** The second is its name where the server's public address is https. */
const COOKIES = ["bailiwick_session", "__Host-bailiwick_session"];

/** With a credential the server can be anywhere; without, it is this machine's, and the demo acts as its owner. */
export async function openPlace({ url, key, session, config }: PlaceOptions): Promise<Place> {
  const isAnywhere = key !== undefined || session !== undefined;
  const place = isAnywhere ? elsewhere(url ?? ownUrl(config()), key, session) : await here(url, config());
  try {
    await requireRights(place);
    return place;
  } catch (error) {
    await place.close();
    throw error;
  }
}

function elsewhere(url: string, key: string | undefined, session: string | undefined): Place {
  const client = session === undefined ? createClient({ url, key }) : sessionClient(url, session);
  return { url, client, kind: "given", close: async () => undefined };
}

async function here(asked: string | undefined, config: Config): Promise<Place> {
  const url = asked ?? ownUrl(config);
  // With port 0 nobody knows where it is, so there is none to find.
  if (asked === undefined && config.port === 0) return startOwn(config);
  if (await answers(url)) {
    const { token, workspace } = await withApp(config, ({ db, env }) => createLocalOwnerSession(db, env));
    const client = sessionClient(url, token, workspace);
    return { url, client, kind: "found", close: async () => undefined };
  }
  if (asked !== undefined) throw new DemoError(`No Bailiwick answers at ${url}.`);
  return startOwn(config);
}

function ownUrl(config: Config): string {
  return listenUrl({ ...config, publicUrl: undefined }, config.port);
}

async function startOwn(config: Config): Promise<Place> {
  // The terminal is the demo's; what goes wrong is said on standard error.
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

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL("/api/health", url), { signal: AbortSignal.timeout(HEALTH_MS) });
    const body: unknown = await response.json();
    return response.ok && typeof body === "object" && body !== null && "status" in body;
  } catch {
    return false;
  }
}

/** The SDK knows keys; a person's session is a cookie, which outside a browser nobody else adds. */
export function sessionClient(url: string, token: string, workspace?: string): Client {
  const cookie = COOKIES.map((name) => `${name}=${token}`).join("; ");
  const withCookie: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), cookie } });
  return createClient({ url, workspace, fetch: withCookie });
}

/** Said before anything is made. */
async function requireRights({ client, url, kind }: Place): Promise<void> {
  const { permissions } = await client.auth.me().catch((error: unknown) => {
    const isOtherDatabase = kind === "found" && error instanceof BailiwickError && error.code === "unauthenticated";
    const why = isOtherDatabase ? OTHER_DATABASE : explain(error);
    throw new DemoError(`The server at ${url} does not let the demo in. ${why}`);
  });
  const missing = NEEDS.filter((permission) => !permissions.includes(permission));
  if (missing.length > 0) throw new DemoError(`This credential lacks ${missing.join(", ")}. ${WHO_MAY}`);
}
