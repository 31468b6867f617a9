/** The HTTP server: every operation of the list as routes, and whatever else is added to it. */

import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { isServed } from "../served.ts";
import { brokenRequests } from "./broken-request.ts";
import { gracefulClose } from "./close.ts";
import { problemOf, unsupportedMediaType } from "./errors.ts";
import { countChunkedBodies } from "./limits.ts";
import { addOperation } from "./operation-route.ts";
import { logRequests } from "./request-log.ts";
import { safetyHeaders } from "./safety-headers.ts";
import { warnOfForwarding } from "./this-machine.ts";
import { createTools, type Extension, type HttpOptions, type HttpTools, nothingHere } from "./tools.ts";

export interface ServerOptions extends HttpOptions {
  operations: readonly Operation[];
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
  /** What else is served: pages, the live feed, MCP. */
  extensions?: readonly Extension[];
  /** Shorter ones, for tests. */
  timeouts?: Timeouts;
}

export interface HttpServer {
  app: FastifyInstance;
  tools: HttpTools;
  /** Stops taking connections, ends long polls and streams, and lets requests that run finish. */
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1024 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;

/** Milliseconds. */
export interface Timeouts {
  /** All headers must have arrived by then, also on a connection that says nothing. */
  headers: number;
  /** The whole body too. */
  request: number;
  /** A connection on which nothing moves, in either direction, is cut. */
  stalled: number;
  /** How often the first two are looked at. */
  lookEvery: number;
}

/** Long polls wait 30 s and streams show life every 15 s, so neither is taken for stalled. */
const TIMEOUTS: Timeouts = { headers: 15_000, request: 30_000, stalled: 90_000, lookEvery: 5_000 };
/** Longer than the minute most proxies keep an idle connection, so that they close first. Milliseconds. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 30_000;
/** What a request that runs gets when the server shuts down. Milliseconds. */
const GRACE_MS = 10_000;
const PARAMETER_LENGTH_MAX = 300;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export function createHttp(options: ServerOptions): HttpServer {
  const tools = createTools(options);
  const app = createApp(options, tools);
  const methods = methodsByPath(app);
  app.decorateRequest("actor", null);
  app.decorateRequest("startedMs", 0);
  app.decorateRequest("counted", null);
  requireHost(app, tools);
  warnOfForwarding(app, { ...options, hasPublicUrl: !options.acceptsLoopback });
  logRequests(app, options.log);
  countChunkedBodies(app, options.allowances);
  readBodiesAsBytes(app);
  app.setErrorHandler((error, _request, reply) => void tools.fail(reply, error));
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods(request.url);
    if (allowed.length === 0 && tools.elsewhere.some((answers) => answers(request, reply))) return;
    if (allowed.length === 0) return void tools.fail(reply, nothingHere());
    const allow = allowed.join(", ");
    reply.raw.setHeader("allow", allow);
    tools.fail(reply, new Problem("method_not_allowed", `This path takes ${allow}.`));
  });
  for (const operation of options.operations) if (isServed(operation)) addOperation(app, tools, operation);
  for (const extend of options.extensions ?? []) extend(app, tools);
  return { app, tools, close: gracefulClose(app, tools.waiting, GRACE_MS) };
}

function createApp({ trustedProxies, timeouts = TIMEOUTS }: ServerOptions, tools: HttpTools): FastifyInstance {
  const safety = safetyHeaders(tools.env.publicUrl);
  const broken = brokenRequests(safety.answer, tools.log);
  const app = Fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.stalled,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A request on an open connection is still answered while the server closes.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.lookEvery,
      requireHostHeader: false,
    },
    genReqId: ({ headers }) => {
      const given = headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    },
    clientErrorHandler: broken.onClientError,
    frameworkErrors: (error, _request, reply) => void tools.fail(reply, problemOf(error)),
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
  });
  app.decorate("safety", safety);
  app.decorate("unsent", tools.unsent);
  app.server.on("checkExpectation", broken.onExpectation);
  app.server.maxConnections = CONNECTIONS_MAX;
  return app;
}

/** Node would refuse a missing Host without a word, and keeps the first of two, where a proxy may have read the other. */
function requireHost(app: FastifyInstance, tools: HttpTools): void {
  app.addHook("onRequest", (request, reply, done) => {
    const hosts = hostsOf(request.raw.rawHeaders);
    if (hosts > 1) tools.fail(reply, invalid("/Host", "is given more than once."));
    else if (hosts === 0 && request.raw.httpVersionMinor !== 0) tools.fail(reply, invalid("/Host", "is required."));
    else done();
  });
}

/** Names and values take turns in raw headers. */
function hostsOf(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts;
}

/** Bodies are only collected here. They are understood when it is known who sends them, and what is wrong is said. */
function readBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    if (body.length > 0) done(unsupportedMediaType());
    else done(null, body);
  });
}

/** Which methods a path takes, for the answer to a wrong one. */
function methodsByPath(app: FastifyInstance): (url: string) => string[] {
  const routes: { pattern: RegExp; method: string }[] = [];
  app.addHook("onRoute", ({ url, method }) => {
    const text = url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/(?<!:):[a-z_]+/g, "[^/]+");
    const pattern = new RegExp(`^${text.replaceAll("::", ":")}$`);
    for (const one of [method].flat()) routes.push({ pattern, method: one });
  });
  return (url) => {
    const path = url.split("?", 1)[0] ?? "";
    return [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  };
}
