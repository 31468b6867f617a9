/** The address of an external agent, and how the server signs in there. Pure. */
import { Problem } from "../kernel/problem.ts";
import type { Agent } from "./schema.ts";

export const LINK_ERROR_LENGTH_MAX = 500;
export const EXTERNAL_TYPES = [
  "websocket",
  "http_api",
  "marketplace",
] as const satisfies readonly Agent["agent_type"][];
export const LINK_SCHEMES: Readonly<Record<"http_api" | "websocket", readonly string[]>> = {
  http_api: ["http:", "https:"],
  websocket: ["ws:", "wss:"],
};
const HEADER = /^[A-Za-z0-9-]{1,100}$/;
/** The connection itself uses these. */
const OWN_HEADERS = /^(?:host|connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/i;
/** A shorter secret would remove ordinary words from texts. */
const SECRET_LENGTH_MIN = 4;

export interface Link {
  agent_type: Agent["agent_type"];
  url: string;
  mode: string;
  token: string;
  username: string;
  password: string;
  header: string;
}

/** Reads the connection of an agent. `secrets` has its sealed values in the clear, by place. */
export function linkOf(
  { agent_type, connection_url, auth_config }: Pick<Agent, "agent_type" | "connection_url" | "auth_config">,
  secrets: ReadonlyMap<string, string>,
): Link {
  const field = (name: string): string => {
    const value = auth_config[name];
    return secrets.get(`/auth_config/${name}`) ?? (typeof value === "string" ? value : "");
  };
  return {
    agent_type,
    url: secrets.get("/connection_url") ?? connection_url ?? "",
    mode: field("mode"),
    token: field("token"),
    username: field("username"),
    password: field("password"),
    header: field("header"),
  };
}

/** Throws when there is no address to call. */
export function requireAddress({ agent_type, url }: Link): void {
  if (url !== "" || (agent_type !== "http_api" && agent_type !== "websocket")) return;
  throw new Problem("conflict", "The agent has no address.", { next_step: "Set its connection_url first." });
}

/** Pairing and password are sent in the messages of a web socket, and not with the handshake. */
export function linkHeaders({ mode, token, username, password, header }: Link): Record<string, string> {
  const agent = { "user-agent": "Bailiwick" };
  if (mode === "bearer" && token !== "") return { ...agent, authorization: `Bearer ${token}` };
  if (mode === "basic") {
    return { ...agent, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
  }
  if (mode === "header" && HEADER.test(header) && !OWN_HEADERS.test(header)) return { ...agent, [header]: token };
  return agent;
}

/** The path of the health of an agent; it is not doubled. */
export const healthUrl = (address: string): string => below(address, "health");

/** The path to which tasks are sent. */
export const tasksUrl = (address: string): string => below(address, "tasks");

function below(address: string, name: "health" | "tasks"): string {
  const url = new URL(address);
  const base = url.pathname.replace(/\/+$/, "").replace(/\/(?:health|tasks)$/, "");
  url.pathname = `${base}/${name}`;
  return url.href;
}

/** Returns the text without the secrets of the connection, and not too long. */
export function cutError(text: string, { token, password, url }: Link): string {
  const isUrlSecret = URL.canParse(url) && new URL(url).search.length >= SECRET_LENGTH_MIN;
  const secrets = [token, password, ...(isUrlSecret ? [url, new URL(url).search] : [])];
  const shown = secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    .reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
  return shown.replaceAll("\0", "").slice(0, LINK_ERROR_LENGTH_MAX).toWellFormed();
}
