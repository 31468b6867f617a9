/** The HTTP server: every operation of the list as routes, and whatever else is added to it. */

import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { isServed } from "../served.ts";
import { gracefulClose } from "./close.ts";
import { answerBrokenRequest, problemOf, unsupportedMediaType } from "./errors.ts";
import { addOperation } from "./operation-route.ts";
import { createTools, type Extension, type HttpOptions, type HttpTools } from "./tools.ts";

export interface ServerOptions extends HttpOptions {
  operations: readonly Operation[];
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
  /** What else is served: pages, the live feed, MCP. */
  extensions?: readonly Extension[];
}

export interface HttpServer {
  app: FastifyInstance;
  tools: HttpTools;
  /** Stops taking connections, ends long polls and streams, and lets requests that run finish. */
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1024 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
/** All headers and the whole body must have arrived by then. Milliseconds. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the minute most proxies keep an idle connection, so that they close first. Milliseconds. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 30_000;
/** What a request that runs gets when the server shuts down. Milliseconds. */
const GRACE_MS = 10_000;
const PARAMETER_LENGTH_MAX = 300;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export function createHttp(options: ServerOptions): HttpServer {
  const tools = createTools(options);
  const app = createApp(options.trustedProxies, tools);
  const methods = methodsByPath(app);
  app.decorateRequest("actor", null);
  app.decorateRequest("startedMs", 0);
  app.decorateRequest("allowance", null);
  readBodiesAsBytes(app);
  app.setErrorHandler((error, _request, reply) => void tools.fail(reply, error));
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods(request.url);
    if (allowed.length === 0) return void tools.fail(reply, new Problem("not_found", "There is nothing here."));
    const allow = allowed.join(", ");
    reply.raw.setHeader("allow", allow);
    tools.fail(reply, new Problem("method_not_allowed", `This path takes ${allow}.`));
  });
  for (const operation of options.operations) if (isServed(operation)) addOperation(app, tools, operation);
  for (const extend of options.extensions ?? []) extend(app, tools);
  return { app, tools, close: gracefulClose(app, tools.waiting, GRACE_MS) };
}

function createApp(trustedProxies: readonly string[], tools: HttpTools): FastifyInstance {
  const app = Fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A request on an open connection is still answered while the server closes.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    http: { maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 5_000 },
    genReqId: ({ headers }) => {
      const given = headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, _request, reply) => void tools.fail(reply, problemOf(error)),
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  return app;
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
