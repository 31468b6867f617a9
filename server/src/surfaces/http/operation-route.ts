/** Adds the routes of one operation. This is the hot path of the server. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import type { Answer, Call } from "../../kernel/dispatch/call.ts";
import type { Operation, PublicCommand, Route } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { methodOf, pathOf } from "../route.ts";
import { sendJson, sendText } from "./answer.ts";
import { headerOf, requestInfo, requireOwnOrigin } from "./caller.ts";
import { type ReadRequest, requestReader } from "./input.ts";
import { takeOfNetwork } from "./limits.ts";
import { type HttpTools, shuttingDown } from "./tools.ts";
import type { Waiting } from "./waiting.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set before the body is read. Null on routes without a credential. */
    actor: Actor | null;
    startedMs: number;
  }
}

/** The limit of public operations: sign-in needs only an address or a token. A larger body needs a credential. */
const PUBLIC_BODY_BYTES_MAX = 16 * 1024;

/** The path below `/api`, in the router's syntax for parameters. */
function routerPath(route: Route): string {
  return `/api${pathOf(route)
    .replaceAll(":", "::")
    .replace(/\{([a-z_]+)\}/g, ":$1")}`;
}

export function addOperation(app: FastifyInstance, tools: HttpTools, operation: Operation): void {
  const { counts, fail } = tools;
  const counter = counts.counter(operation.name);
  const count = (request: FastifyRequest, status: number) =>
    counter.answered(status, performance.now() - request.startedMs);
  const admit = operation.kind === "public" ? admitWithoutCredential(tools, operation) : admitCaller(tools, operation);

  for (const route of [operation.route, ...(operation.aliases ?? [])]) {
    const run = runner(tools, operation, requestReader(operation, route));
    app.route({
      method: methodOf(route),
      url: routerPath(route),
      config: { operation: operation.name },
      ...bodyLimitOf(operation),
      // A caller without a credential or over its limit is refused before the body is read.
      onRequest(request, reply, done) {
        request.startedMs = performance.now();
        admit(request).then(
          () => done(),
          (error: unknown) => count(request, fail(reply, error)),
        );
      },
      handler(request, reply) {
        run(request, reply).then(
          (status) => count(request, status),
          (error: unknown) => count(request, fail(reply, error)),
        );
      },
    });
  }
}

function bodyLimitOf(operation: Operation): { bodyLimit?: number } {
  if (operation.kind === "public") return { bodyLimit: PUBLIC_BODY_BYTES_MAX };
  const limits = operation.kind === "query" ? undefined : operation.inputLimits;
  return limits ? { bodyLimit: limits.bytes } : {};
}

function admitCaller({ admit }: HttpTools, { requests, workspaceField: field }: Exclude<Operation, PublicCommand>) {
  return async (request: FastifyRequest): Promise<void> => {
    // Fastify types the parameters as unknown. The router makes them an object of strings.
    const workspace = field === undefined ? undefined : (request.params as Record<string, string>)[field];
    await admit(request, requests, workspace);
  };
}

/** Sign-in and sign-out need no credential, but a page of another origin must not do them for a visitor. */
function admitWithoutCredential({ allowances, origins }: HttpTools, { requests }: PublicCommand) {
  return async (request: FastifyRequest): Promise<void> => {
    await takeOfNetwork(allowances, request, requests);
    requireOwnOrigin(request, origins);
  };
}

function runner(tools: HttpTools, operation: Operation, read: ReadRequest) {
  const isPost = (request: FastifyRequest) => request.method === "POST";
  const dispatch = dispatchOf(tools, operation);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<number> => {
    const call = {
      input: read(request),
      request: requestInfo(request),
      idempotencyKey: isPost(request) ? headerOf(request, "idempotency-key") : undefined,
    };
    const { status, output, session } = await dispatch(request, reply, call);
    if (operation.text && !/application\/json\b/.test(headerOf(request, "accept") ?? "")) {
      // The dispatcher returns the operation's output.
      const { type, body, next } = operation.text.of(output as never);
      const [path = ""] = request.url.split("?");
      const link = next && { link: `<${path}?${new URLSearchParams(next)}>; rel="next"` };
      sendText(reply, `${type}; charset=utf-8`, body, { vary: "accept", ...link });
      return status;
    }
    sendJson(reply, status, output, session && { "set-cookie": tools.cookie.write(session) });
    return status;
  };
}

type Dispatch = (request: FastifyRequest, reply: FastifyReply, call: Call) => Promise<Answer>;

function dispatchOf({ dispatcher, cookie, waiting, identify }: HttpTools, operation: Operation): Dispatch {
  if (operation.kind === "public") {
    const touchesCookie = operation.http !== undefined;
    return async (request, _reply, call) => {
      const session = cookie.read(request.headers.cookie) ?? null;
      const answer = await dispatcher.dispatchPublic(operation, { ...call, request: { ...call.request, session } });
      return touchesCookie ? answer : { ...answer, session: undefined };
    };
  }
  if (operation.kind === "command" || !operation.poll) {
    return (request, _reply, call) => dispatcher.dispatch(operation, actorOf(request), call);
  }
  return async (request, reply, call) => {
    let wait: ReturnType<Waiting["start"]> | undefined;
    const abort = () => {
      wait ??= waiting.start(reply.raw);
      return wait.signal;
    };
    try {
      return await dispatcher.dispatch(operation, actorOf(request), {
        abort,
        identify: () => identify(request),
        ...call,
      });
    } catch (error) {
      throw wait?.signal.aborted && waiting.isEnding() ? shuttingDown() : error;
    } finally {
      wait?.done();
    }
  };
}

function actorOf({ actor }: FastifyRequest): Actor {
  if (actor) return actor;
  throw new Problem("unauthenticated", "This route needs a credential.");
}
