/** The model gateway: agents call providers of models with their Bailiwick key. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { networkOf } from "../../kernel/network.ts";
import { Problem, unauthenticated } from "../../kernel/problem.ts";
import type { Signals } from "../../kernel/signals.ts";
import { addressOf } from "../http/caller.ts";
import { problemOf } from "../http/errors.ts";
import { takeOfNetwork } from "../http/limits.ts";
import { createRoom, type RoomSize } from "../http/room.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { type CallParts, createCalls } from "./call.ts";
import { NoAnswer } from "./forward.ts";
import { type Provider, type Target, targetOf } from "./paths.ts";
import { refusalOf } from "./refusal.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The target of a request to the gateway, with what ends when the request does. */
    gateway: { target: Target; query: string; leave: () => void } | null;
  }
}

export interface GatewayParts extends CallParts {
  signals: Signals;
  roomSize?: RoomSize;
  /** The bytes of one body, and of the bodies that the process holds at once. */
  bodyBytesMax?: number;
  heldBytesMax?: number;
}

const MEBIBYTE = 1024 * 1024;
const BODY_BYTES_MAX = 32 * MEBIBYTE;
const HELD_BYTES_MAX = 512 * MEBIBYTE;
/** `ofCredential` is of one agent, whichever its keys. */
const ROOM: RoomSize = { ofCredential: 128, ofWorkspace: 512, ofNetwork: 1_000, ofProcess: 2_000 };
const CROWD = { what: "calls of models open", retry_after_seconds: 5 };
/** A body counts as one request for each started piece. */
const PIECE_BYTES = MEBIBYTE;
const PROVIDERS: readonly Provider[] = ["anthropic", "openai"];

export function gatewayRoutes(parts: GatewayParts): Extension {
  const { bodyBytesMax = BODY_BYTES_MAX, heldBytesMax = HELD_BYTES_MAX } = parts;
  return (app, tools) => {
    const room = createRoom(parts.roomSize ?? ROOM, CROWD);
    const calls = createCalls(tools, parts);
    parts.signals.onCredentials(calls.check);
    let heldBytes = 0;

    /** Counts the body as it is declared: a chunked body may be as large as any. */
    function holdBody({ headers }: FastifyRequest): () => void {
      const bytes = Number(
        headers["content-length"] ?? (headers["transfer-encoding"] === undefined ? 0 : bodyBytesMax),
      );
      if (bytes > bodyBytesMax) throw tooLarge(bodyBytesMax);
      if (heldBytes + bytes > heldBytesMax) {
        throw new Problem("overloaded", "This server holds too many large requests.", { retry_after_seconds: 2 });
      }
      heldBytes += bytes;
      return () => {
        heldBytes -= bytes;
      };
    }

    async function admit(request: FastifyRequest, provider: Provider): Promise<void> {
      const [path = "", query] = request.url.slice(`/gateway/${provider}`.length).split(/\?(.*)/s, 2);
      const target = targetOf(provider, request.method, path);
      if (!target) {
        await takeOfNetwork(tools.allowances, request, "read");
        throw new Problem("not_found", "The gateway does not pass this path on.");
      }
      useKey(request);
      const actor = await tools.admit(request, target.format ? "write" : "read");
      const { id, workspace } = actor;
      const leaveRoom = room.enter({ credential: id, workspace, network: networkOf(addressOf(request)) });
      let drop: () => void;
      try {
        drop = holdBody(request);
      } catch (error) {
        leaveRoom();
        throw error;
      }
      let isOpen = true;
      const leave = () => {
        if (!isOpen) return;
        isOpen = false;
        leaveRoom();
        drop();
      };
      request.gateway = { target, query: query === undefined ? "" : `?${query}`, leave };
      request.raw.once("close", () => {
        if (!request.raw.complete) leave();
      });
    }

    app.decorateRequest("gateway", null);
    app.register(async (scope) => {
      readAnyBody(scope, bodyBytesMax);
      scope.setErrorHandler((error, request, reply) => refuse(tools, reply, providerIn(request), error, bodyBytesMax));
      for (const provider of PROVIDERS) {
        const counter = tools.counts.counter(`gateway.${provider}`);
        hello(scope, tools, provider);
        scope.route({
          method: ["GET", "POST"],
          url: `/gateway/${provider}/*`,
          exposeHeadRoute: false,
          bodyLimit: bodyBytesMax,
          config: { operation: `gateway.${provider}`, pieceBytes: PIECE_BYTES },
          onRequest(request, reply, done) {
            request.startedMs = performance.now();
            admit(request, provider).then(
              () => done(),
              (error: unknown) => refuse(tools, reply, provider, error, bodyBytesMax),
            );
          },
          async handler(request, reply) {
            const status = await calls
              .run(request, reply)
              .catch((error: unknown) => refuse(tools, reply, provider, error, bodyBytesMax))
              .finally(() => request.gateway?.leave());
            counter.answered(status, performance.now() - request.startedMs);
            return reply;
          },
        });
      }
    });
  };
}

/** Claude Code looks if the server is there, without a key. */
function hello(scope: FastifyInstance, tools: HttpTools, provider: Provider): void {
  scope.head(`/gateway/${provider}/api/hello`, (request, reply) => {
    takeOfNetwork(tools.allowances, request, "read")?.catch(() => undefined);
    reply.code(200).send();
  });
}

/** The body is passed on as it came. */
function readAnyBody(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
}

/** A key may come as the provider's clients send theirs. A cookie never counts, so no page can use the gateway. */
function useKey({ headers }: FastifyRequest): void {
  delete headers.cookie;
  const key = headers["x-api-key"];
  if (headers.authorization === undefined && typeof key === "string") headers.authorization = `Bearer ${key}`;
  if (headers.authorization === undefined) throw unauthenticated("The request has no key of an agent.");
}

const providerIn = ({ url }: FastifyRequest): Provider => (url.startsWith("/gateway/openai/") ? "openai" : "anthropic");

const tooLarge = (bytes: number) =>
  new Problem("too_large", `The request is larger than ${bytes / MEBIBYTE} MiB, which is the limit of the gateway.`);

const BAD_GATEWAY = 502;
const LATE = 504;

function refuse(tools: HttpTools, reply: FastifyReply, provider: Provider, error: unknown, bytesMax: number): number {
  const { raw, request } = reply;
  if (raw.headersSent || raw.destroyed) {
    raw.destroy();
    return raw.statusCode;
  }
  const isNoAnswer = error instanceof NoAnswer;
  const found = isNoAnswer ? new Problem("unavailable", error.message) : problemOf(error);
  const problem = found.code === "too_large" ? tooLarge(bytesMax) : found;
  if (problem.code === "internal") tools.log.error({ err: error, request_id: request.id }, "A call of a model failed.");
  const refusal = refusalOf(provider, problem, request.id, Date.now());
  const status = isNoAnswer ? (error.isLate ? LATE : BAD_GATEWAY) : refusal.status;
  const body = Buffer.from(JSON.stringify(refusal.body));
  reply.hijack();
  // The rest of a refused body is not read.
  if (!request.raw.complete) raw.shouldKeepAlive = false;
  raw.writeHead(status, {
    ...reply.server.safety.answer,
    ...refusal.headers,
    "content-type": "application/json",
    "content-length": body.length,
    "bailiwick-request-id": request.id,
  });
  raw.end(body);
  return status;
}
