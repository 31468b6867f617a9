/** The route `/mcp`: the operations that agents may call, as tools, for clients of both protocol eras. */
import { type NodeIncomingMessageLike, toNodeHandler } from "@modelcontextprotocol/node";
import { type AuthInfo, createMcpHandler, type McpHttpHandler, Server } from "@modelcontextprotocol/server";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import { weightOf } from "../../kernel/allowance.ts";
import type { Operation } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { headerOf, requestInfo, requireOwnOrigin } from "../http/caller.ts";
import { requireUtf8 } from "../http/errors.ts";
import { allowanceHeaders, bodyWeight, hasUnknownLength, kindOf, takeOfNetwork } from "../http/limits.ts";
import { setSafetyHeaders } from "../http/safety-headers.ts";
import type { HttpTools } from "../http/tools.ts";
import { createRunningCalls, type Exchange, SESSION_HEADER } from "./exchange.ts";
import { createServer } from "./server.ts";
import { chosenSet, toolSetsOf } from "./tool-sets.ts";
import { type ToolOperation, toolsOf } from "./tools.ts";

/** The same limit as for other bodies. */
const BODY_BYTES_MAX = 1024 * 1024;

const STREAM = "text/event-stream";

/** The longest wait of a call. */
const WAIT_MS = 30_000;

/** Some clients write the path with a slash. */
const PATHS = ["/mcp", "/mcp/"];

export interface McpOptions {
  operations: readonly Operation[];
  /** Returns true when agents' keys have the operation's permission. */
  forAgents(operation: ToolOperation): boolean;
  version: string;
  /** The class that speaks the protocol. The tests of the protocol extend it. */
  ProtocolServer?: typeof Server;
}

export function registerMcp(app: FastifyInstance, http: HttpTools, options: McpOptions): void {
  const exchanges = new WeakMap<AuthInfo, Exchange>();
  const sets = toolSetsOf(toolsOf(options.operations, options.forAgents));
  const handler = createHandler(http, options, exchanges);
  const serve = toNodeHandler(forEveryClient(handler, exchanges), { maxRequestBodySize: BODY_BYTES_MAX });

  async function answer(request: FastifyRequest, reply: FastifyReply, actor: Actor): Promise<void> {
    const { signal, done } = http.waiting.start(reply.raw);
    const auth: AuthInfo = { token: "", clientId: actor.credential, scopes: [] };
    const toolSet = sets[chosenSet(request)];
    const identifyAgain = () => identify(http, request);
    // A request may hold several calls, and the last one may have waited.
    const answered = (bytes: number) => http.unsent.answer(actor.credential, reply.raw, bytes, WAIT_MS);
    const about = { actor, toolSet, identify: identifyAgain, request: requestInfo(request) };
    exchanges.set(auth, { ...about, gone: signal, answered });
    reply.hijack();
    setSafetyHeaders(reply);
    for (const [name, value] of Object.entries(allowanceHeaders(request) ?? {})) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    try {
      // The adapter's type has `method?: string`, and Node's has `string | undefined`.
      await serve(Object.assign(request.raw, { auth }) as NodeIncomingMessageLike, reply.raw);
    } finally {
      done();
    }
  }

  app.register(async (scope) => {
    // The protocol server reads the body itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _body, done) => done(null));
    scope.addHook("preClose", () => handler.close());
    const route: Omit<RouteOptions, "url"> = {
      method: ["GET", "POST", "DELETE"],
      onRequest(request, reply, done) {
        admit(http, request).then(
          (actor) => {
            request.actor = actor;
            done();
          },
          (error: unknown) => void http.fail(reply, error),
        );
      },
      handler(request, reply) {
        const { actor } = request;
        if (!actor) throw new Error("A request passed without a credential.");
        return answer(request, reply, actor);
      },
    };
    for (const url of PATHS) scope.route({ ...route, url });
  });
}

/**
 * Counts the bytes of the body before it is read. The calls in the body are counted later, one by one. The protocol
 * server reads the body itself, so a body of unknown length counts as the longest one.
 */
async function admit(http: HttpTools, request: FastifyRequest): Promise<Actor> {
  const { allowances } = http;
  const kind = kindOf(request);
  const weight = hasUnknownLength(request) ? weightOf(BODY_BYTES_MAX) : bodyWeight(request);
  await takeOfNetwork(allowances, request, kind, weight);
  const actor = await identify(http, request);
  if (weight > 1) await allowances.take(allowances.find("credential", actor.credential, kind), weight - 1);
  return actor;
}

/**
 * Accepts only a key, because a browser's cookie must not reach the tools. So any `Host` is accepted: a page whose name
 * was made to resolve to this machine has no key. The protocol demands the check of the origin.
 */
async function identify(http: HttpTools, request: FastifyRequest): Promise<Actor> {
  const { authorization, host } = request.headers;
  if (authorization === undefined) {
    throw new Problem("unauthenticated", "Send a key: Authorization: Bearer <key>.", {
      next_step: "Ask an owner or admin of the workspace to create an agent key.",
    });
  }
  const workspace = headerOf(request, "bailiwick-workspace");
  const actor = await http.authenticate({ authorization, session: undefined, workspace });
  // The protocol server makes a URL of the header.
  if (host !== undefined && !URL.canParse(`http://${host}`)) throw invalid("/Host", "is not the name of a host.");
  requireOwnOrigin(request, http.origins);
  requireUtf8(request);
  chosenSet(request);
  return actor;
}

function createHandler(
  { dispatcher, allowances, waiting, unsent, log, toolCounts }: HttpTools,
  { version, ProtocolServer = Server }: McpOptions,
  exchanges: WeakMap<AuthInfo, Exchange>,
): McpHttpHandler {
  const running = createRunningCalls();
  const options = { dispatcher, allowances, waiting, unsent, log, toolCounts, version, running, ProtocolServer };
  // The handler reports protocol errors to the client. `callTool` logs bugs of the server.
  return createMcpHandler(
    (context) => {
      const exchange = context.authInfo && exchanges.get(context.authInfo);
      if (!exchange) throw new Error("A request reached the tools without a credential.");
      return createServer(options, exchange, context);
    },
    { maxRequestBodySize: BODY_BYTES_MAX },
  );
}

/**
 * Gives an old client a session id, which it sends with every request, so that it can cancel only its own calls. The
 * protocol server refuses old clients that do not accept both forms of a response, so it sees both, and a client that
 * does not name the stream gets JSON.
 */
function forEveryClient(
  { fetch }: McpHttpHandler,
  exchanges: WeakMap<AuthInfo, Exchange>,
): Pick<McpHttpHandler, "fetch"> {
  return {
    async fetch(request, given) {
      const takesStream = request.headers.get("accept")?.toLowerCase().includes(STREAM) ?? false;
      request.headers.set("accept", `application/json, ${STREAM}`);
      const response = await fetch(request, given);
      const session = given?.authInfo && exchanges.get(given.authInfo)?.session;
      if (!session) return response;
      response.headers.set(SESSION_HEADER, session);
      return takesStream ? response : asJson(response);
    },
  };
}

/** The stream that answers a POST of an old client ends with its last message. */
async function asJson(response: Response): Promise<Response> {
  if (response.headers.get("content-type") !== STREAM) return response;
  const messages = [...(await response.text()).matchAll(/^data: (.+)$/gm)].map(([, message]) => message);
  response.headers.set("content-type", "application/json");
  const { status, headers } = response;
  return new Response(messages.length === 1 ? messages[0] : `[${messages.join(",")}]`, { status, headers });
}
