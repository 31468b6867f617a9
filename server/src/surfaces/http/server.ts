/** The HTTP server: the routes of every operation, and the extensions. */
import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { isServed } from "../served.ts";
import { brokenRequests } from "./broken-request.ts";
import { gracefulClose } from "./close.ts";
import { problemOf, unsupportedMediaType } from "./errors.ts";
import { limitBodies } from "./late-body.ts";
import { countChunkedBodies } from "./limits.ts";
import { addOperation } from "./operation-route.ts";
import { logRequests } from "./request-log.ts";
import { safetyHeaders } from "./safety-headers.ts";
import { warnOfForwarding } from "./this-machine.ts";
import { createTools, type Extension, type HttpOptions, type HttpTools, nothingHere } from "./tools.ts";

export interface ServerOptions extends HttpOptions {
  operations: readonly Operation[];
  /** The proxies whose `X-Forwarded-For` header is used. */
  trustedProxies: readonly string[];
  /** Add further routes: pages, the live feed, MCP. */
  extensions?: readonly Extension[];
  /** Tests use shorter timeouts. */
  timeouts?: Timeouts;
}

export interface HttpServer {
  app: FastifyInstance;
  tools: HttpTools;
  /** Stops accepting connections, ends long polls and streams, and lets running requests finish. */
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1024 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;

export interface Timeouts {
  /** All headers must arrive in this time, also on a new connection. */
  headersMs: number;
  /** A whole request must arrive in this time, also a file. */
  requestMs: number;
  /** Every other body must arrive in this time. */
  bodyMs: number;
  /** A connection without any data in this time is closed. */
  stalledMs: number;
  /** The server checks the first two timeouts at this interval. */
  checkEveryMs: number;
}

/** Long polls wait at most 30 s and streams send a byte every 15 s, so neither counts as stalled. */
const TIMEOUTS: Timeouts = {
  headersMs: 15_000,
  requestMs: 300_000,
  bodyMs: 30_000,
  stalledMs: 90_000,
  checkEveryMs: 5_000,
};
/** Longer than the minute for which most proxies keep an idle connection, so that the proxy closes first. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 30_000;
/** Running requests get this time when the server shuts down. */
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
  limitBodies(app, (options.timeouts ?? TIMEOUTS).bodyMs);
  requireHost(app, tools);
  warnOfForwarding(app, { ...options, hasPublicUrl: !options.acceptsLoopback });
  logRequests(app, options.log);
  countChunkedBodies(app, options.allowances);
  readBodiesAsBytes(app);
  app.setErrorHandler((error, _request, reply) => void tools.fail(reply, error));
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods(request.url);
    if (allowed.length === 0 && tools.fallbacks.some((fallback) => fallback(request, reply))) return;
    if (allowed.length === 0) return void tools.fail(reply, nothingHere());
    const allow = allowed.join(", ");
    reply.raw.setHeader("allow", allow);
    tools.fail(reply, new Problem("method_not_allowed", `This path allows ${allow}.`));
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
    requestTimeout: timeouts.requestMs,
    connectionTimeout: timeouts.stalledMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // While the server closes, it still answers requests on open connections.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
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

/**
 * Requires exactly one `Host` header. Node would refuse a request without it with an empty body. Of two, Node uses the
 * first, and a proxy may have used the second.
 */
function requireHost(app: FastifyInstance, tools: HttpTools): void {
  app.addHook("onRequest", (request, reply, done) => {
    const hosts = hostsOf(request.raw.rawHeaders);
    if (hosts > 1) tools.fail(reply, invalid("/Host", "is given more than once."));
    else if (hosts === 0 && request.raw.httpVersionMinor !== 0) tools.fail(reply, invalid("/Host", "is required."));
    else done();
  });
}

/** Raw headers are a list of name, value, name, value. */
function hostsOf(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts;
}

/** Collects bodies as bytes. The route parses the body after it knows the caller, and reports what is wrong. */
function readBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    if (body.length > 0) done(unsupportedMediaType());
    else done(null, body);
  });
}

/** Returns a function that lists the methods of a path, for the response to a wrong method. */
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
