/** The functions that every route of the HTTP server uses. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Actor } from "../../kernel/actor.ts";
import type { RequestAllowances, RequestKind } from "../../kernel/allowance.ts";
import type { Dispatcher } from "../../kernel/dispatch/dispatch.ts";
import type { Environment } from "../../kernel/environment.ts";
import { Problem } from "../../kernel/problem.ts";
import { sendProblem } from "./answer.ts";
import { type Authenticate, credentialsOf, type OriginRules, requireOwnOrigin } from "./caller.ts";
import { type SessionCookie, sessionCookie } from "./cookie.ts";
import { type Counts, createCounts } from "./counts.ts";
import { problemOf } from "./errors.ts";
import { takeOfCaller, takeOfNetwork } from "./limits.ts";
import { createUnsent, type Unsent, type UnsentLimits } from "./unsent.ts";
import { createWaiting, type Waiting } from "./waiting.ts";

export interface HttpOptions {
  dispatcher: Dispatcher;
  authenticate: Authenticate;
  allowances: RequestAllowances;
  env: Environment;
  log: Logger;
  /** False when a public URL is configured. Then only this URL is the server's origin. */
  acceptsLoopback: boolean;
  /** The further addresses that the configuration names. */
  hosts?: readonly string[];
  /** Tests use smaller limits. */
  unsentLimits?: UnsentLimits;
}

export interface HttpTools extends HttpOptions {
  cookie: SessionCookie;
  origins: OriginRules;
  counts: Counts;
  /** Counts the calls of tools. */
  toolCounts: Counts;
  waiting: Waiting;
  unsent: Unsent;
  /** Called in order for a path without a route. The first that returns true has answered. */
  fallbacks: Fallback[];
  /**
   * Returns the caller, in the workspace that the path names, and stores it in the request. Throws a Problem without a
   * valid credential, and for a write by cookie from a page of another origin.
   */
  identify(request: FastifyRequest, workspace?: string): Promise<Actor>;
  /** Counts the request for its network, identifies the caller, and counts the request for the credential. */
  admit(request: FastifyRequest, kind: RequestKind, workspace?: string): Promise<Actor>;
  /** Sends the problem of a thrown error, and logs the error if it is a bug of the server. Returns the status. */
  fail(reply: FastifyReply, error: unknown): number;
}

export type Fallback = (request: FastifyRequest, reply: FastifyReply) => boolean;

/** Adds routes to the server. */
export type Extension = (app: FastifyInstance, tools: HttpTools) => void;

/** While the database is away, every request fails. The log gets at most one line in this time. */
const QUIET_MS = 1_000;

export function createTools(options: HttpOptions): HttpTools {
  const { env, log, authenticate, allowances, acceptsLoopback, hosts = [] } = options;
  const cookie = sessionCookie(env.publicUrl);
  const origins: OriginRules = { publicUrl: () => env.publicUrl, acceptsLoopback, hosts };
  const unsent = createUnsent(log, options.unsentLimits);
  let quietUntilMs = 0;

  function report(problem: Problem, error: unknown, request: FastifyRequest): void {
    const about = { request_id: request.id, method: request.method, route: request.routeOptions.url };
    if (problem.code === "internal") log.error({ ...about, err: error }, "A request failed.");
    else if (performance.now() >= quietUntilMs) {
      quietUntilMs = performance.now() + QUIET_MS;
      log.warn({ ...about, err: problem.cause }, problem.message);
    }
  }

  async function identify(request: FastifyRequest, workspace?: string): Promise<Actor> {
    const found = credentialsOf(request, cookie);
    const credentials = { ...found, workspace: found.workspace ?? workspace };
    const isWrite = request.method !== "GET" && request.method !== "HEAD";
    if (isWrite && credentials.session !== undefined) requireOwnOrigin(request, origins);
    request.actor = await authenticate(credentials);
    return request.actor;
  }

  return {
    ...options,
    cookie,
    origins,
    counts: createCounts(),
    toolCounts: createCounts("tool_call"),
    waiting: createWaiting(),
    unsent,
    fallbacks: [],
    identify,
    async admit(request, kind, workspace) {
      // Most requests need no draw from the database, and then `takeOfNetwork` returns undefined.
      const ofNetwork = takeOfNetwork(allowances, request, kind);
      if (ofNetwork) await ofNetwork;
      const actor = await identify(request, workspace);
      if (kind === "read") unsent.requireRoom(actor.credential);
      const ofCaller = takeOfCaller(allowances, request, actor, kind);
      if (ofCaller) await ofCaller;
      return actor;
    },
    fail(reply, error) {
      const problem = problemOf(error);
      if (problem.status >= 500) report(problem, error, reply.request);
      sendProblem(reply, problem);
      return problem.status;
    },
  };
}

export function nothingHere(): Problem {
  return new Problem("not_found", "There is nothing here.");
}

export function shuttingDown(): Problem {
  return new Problem("unavailable", "The server is shutting down.", { retry_after_seconds: 1 });
}
