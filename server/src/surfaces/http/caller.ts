/** Who calls, as HTTP tells it: the credential, what else is known of the request, and whether its origin may write. */
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import type { RequestInfo } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import type { SessionCookie } from "./cookie.ts";
import { isAtThisMachine } from "./this-machine.ts";

/** What authentication gets to see of a request. */
export interface Credentials {
  authorization: string | undefined;
  /** The token of the session cookie; absent when there is an `Authorization`, which wins. */
  session: string | undefined;
  /** The workspace a person chose. */
  workspace: string | undefined;
}

export type Authenticate = (credentials: Credentials) => Promise<Actor>;

const USER_AGENT_LENGTH_MAX = 300;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);
const TRACE_PARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

export function credentialsOf(request: FastifyRequest, cookie: SessionCookie): Credentials {
  const { authorization, cookie: cookies } = request.headers;
  return {
    authorization,
    session: authorization === undefined ? cookie.read(cookies) : undefined,
    workspace: headerOf(request, "bailiwick-workspace"),
  };
}

export function requestInfo(request: FastifyRequest, session?: string): RequestInfo {
  const { headers } = request;
  return {
    id: request.id,
    trace_id: traceId(headers.traceparent),
    ip: addressOf(request),
    at_this_machine: isAtThisMachine(request),
    user_agent: (headers["user-agent"] ?? "").slice(0, USER_AGENT_LENGTH_MAX),
    session: session ?? null,
  };
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function traceId(parent: string | string[] | undefined): string | null {
  return typeof parent === "string" ? (TRACE_PARENT.exec(parent)?.[1] ?? null) : null;
}

/** The socket's address, or what a trusted proxy says, if that is an address. */
export function addressOf(request: FastifyRequest): string {
  const forwarded = request.ip.replace(/^::ffff:(?=[0-9.]+$)/i, "");
  return isIP(forwarded) ? forwarded : (request.socket.remoteAddress ?? "");
}

export interface OriginRules {
  /** Read at each request: with port 0 it is known only once the server listens. */
  publicUrl: () => string;
  /** No public address is configured, so this machine's own names for the port that is served are right too. */
  acceptsLoopback: boolean;
}

/** A browser sends the cookie whoever wrote the page, so a write by cookie must come from a page of ours. */
export function requireOwnOrigin(request: FastifyRequest, rules: OriginRules): void {
  const { origin } = request.headers;
  if (origin === undefined) {
    const site = headerOf(request, "sec-fetch-site");
    if (site === undefined || site === "same-origin" || site === "none") return;
  } else if (isOwnOrigin(origin, request.socket.localPort, rules)) return;
  throw new Problem("origin", "This page may not act in your name: its origin is not this server's.", {
    next_step: "Open Bailiwick under its own address, or use a key.",
  });
}

function isOwnOrigin(origin: string, port: number | undefined, { publicUrl, acceptsLoopback }: OriginRules): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  // `null` and the like do not survive this, since they are no origin of http or https.
  if (url.origin === new URL(publicUrl()).origin) return true;
  if (!acceptsLoopback || url.protocol !== "http:" || !LOOPBACK.has(url.hostname)) return false;
  return Number(url.port || "80") === port;
}
