/** One operation as routes: the hot path of the server. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import type { Answer, Call } from "../../kernel/dispatch/dispatch.ts";
import type { Operation, PublicCommand, Route } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { methodOf, pathOf } from "../route.ts";
import { sendJson } from "./answer.ts";
import { headerOf, requestInfo, requireOwnOrigin } from "./caller.ts";
import { type ReadRequest, requestReader } from "./input.ts";
import { takeOfNetwork } from "./limits.ts";
import { type HttpTools, shuttingDown } from "./tools.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set once it is known, before the body is read; null on routes that need nobody. */
    actor: Actor | null;
    startedMs: number;
  }
}

/** A stranger's body: sign-in takes an address or a token. Credentials come before any larger one is read. */
const PUBLIC_BODY_BYTES_MAX = 16 * 1024;

/** Below `/api`, with the router's own marks for parameters. */
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
  const admit = operation.kind === "public" ? admitAnyone(tools) : admitCaller(tools, operation);

  for (const route of [operation.route, ...(operation.aliases ?? [])]) {
    const run = runner(tools, operation, requestReader(operation, route));
    app.route({
      method: methodOf(route),
      url: routerPath(route),
      config: { operation: operation.name },
      ...(operation.kind === "public" && { bodyLimit: PUBLIC_BODY_BYTES_MAX }),
      // A caller without a credential, or one that asks too often, is refused before a body is read, let alone understood.
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

function admitCaller({ admit }: HttpTools, { kind, workspaceField: field }: Exclude<Operation, PublicCommand>) {
  const counted = kind === "query" ? "read" : "write";
  return async (request: FastifyRequest): Promise<void> => {
    // Fastify types the parameters as unknown; the router makes them an object of texts.
    const workspace = field === undefined ? undefined : (request.params as Record<string, string>)[field];
    await admit(request, counted, workspace);
  };
}

/** Signing in and out needs no credential, yet a foreign page must not do it for a visitor. */
function admitAnyone({ allowances, origins }: HttpTools) {
  return async (request: FastifyRequest): Promise<void> => {
    await takeOfNetwork(allowances, request, "write");
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
    const { signal, done } = waiting.start(reply.raw);
    try {
      const waited = { ...call, abort: signal, identify: () => identify(request) };
      return await dispatcher.dispatch(operation, actorOf(request), waited);
    } catch (error) {
      throw signal.aborted && waiting.isEnding() ? shuttingDown() : error;
    } finally {
      done();
    }
  };
}

function actorOf({ actor }: FastifyRequest): Actor {
  if (actor) return actor;
  throw new Problem("unauthenticated", "This route needs a credential.");
}
