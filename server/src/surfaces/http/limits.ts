/** Counts HTTP requests against their allowances, and writes the `RateLimit` headers. */
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import {
  type Allowance,
  allowancesOf,
  REQUEST_BYTES,
  type RequestAllowances,
  type RequestKind,
  takeEach,
  weightOf,
} from "../../kernel/allowance.ts";
import { addressOf } from "./caller.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The allowances that the request was counted against, in order. Null on routes without a limit. */
    counted: Allowance[] | null;
  }
  interface FastifyContextConfig {
    /** The bytes of a body that count as one request, on routes for files. A file of unknown length counts as a large one. */
    pieceBytes?: number;
  }
}

/**
 * Counts the request, with the bytes of its body, for the network it comes from. This happens before the lookup of the
 * caller and before the body is read, so a flood costs neither.
 */
export function takeOfNetwork(
  allowances: RequestAllowances,
  request: FastifyRequest,
  kind: RequestKind,
  weight = bodyWeight(request),
): Promise<void> | undefined {
  const allowance = allowances.find("network", addressOf(request), kind);
  request.counted = [allowance];
  return allowances.take(allowance, weight);
}

export function takeOfCaller(
  allowances: RequestAllowances,
  request: FastifyRequest,
  caller: Actor,
  kind: RequestKind,
): Promise<void> | undefined {
  const own = allowancesOf(allowances, caller, kind);
  request.counted?.push(...own);
  return takeEach(allowances, own, bodyWeight(request));
}

/** A longer body counts as this many requests. */
const PIECES_MAX = 64;

export function bodyWeight(request: FastifyRequest): number {
  const length = Number(request.headers["content-length"] ?? 0);
  const isUnknown = hasUnknownLength(request);
  // Most bodies are one piece. Fastify makes an object for each read of `routeOptions`.
  if (!isUnknown && length <= REQUEST_BYTES) return 1;
  const { pieceBytes } = request.routeOptions.config;
  if (pieceBytes !== undefined && isUnknown) return PIECES_MAX;
  return Math.min(weightOf(length, pieceBytes), PIECES_MAX);
}

export function hasUnknownLength({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers["transfer-encoding"] !== undefined;
}

/** Counts each piece of a chunked body before the next piece is read, because its length is not known before. */
export function countChunkedBodies(app: FastifyInstance, allowances: RequestAllowances): void {
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const { counted } = request;
    if (!counted || !hasUnknownLength(request)) return done(null, payload);
    // Fastify types the payload as a readable. It is the incoming message.
    done(null, Readable.from(countPieces(payload as IncomingMessage, allowances, counted)));
  });
}

async function* countPieces(body: IncomingMessage, allowances: RequestAllowances, counted: readonly Allowance[]) {
  let bytes = 0;
  // The first REQUEST_BYTES were counted with the request.
  let countedBytes = REQUEST_BYTES;
  for await (const piece of body) {
    bytes += (piece as Buffer).length;
    for (; bytes > countedBytes; countedBytes += REQUEST_BYTES) {
      for (const allowance of counted) await allowances.take(allowance);
    }
    yield piece;
  }
}

export function kindOf({ method }: FastifyRequest): RequestKind {
  return method === "GET" || method === "HEAD" ? "read" : "write";
}

/**
 * Returns a hook for routes without a credential. It runs before a body is read; `refuse` sends the refusal.
 */
export function limitNetwork(allowances: RequestAllowances, refuse: (reply: FastifyReply, error: unknown) => unknown) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    count(allowances, request).then(done, (error: unknown) => void refuse(reply, error));
  };
}

async function count(allowances: RequestAllowances, request: FastifyRequest): Promise<void> {
  await takeOfNetwork(allowances, request, kindOf(request));
}

const WINDOW_SECONDS = 60;
const PLURALS: Record<RequestKind, string> = { read: "reads", write: "writes", work: "work" };

/** The headers of draft-ietf-httpapi-ratelimit-headers-10. `t` is the time until the whole limit is available again. */
export function allowanceHeaders({ counted: all }: FastifyRequest): OutgoingHttpHeaders | undefined {
  // The allowance of the workspace counts after the caller's own, which is shown while requests of the workspace remain.
  const allowance = all?.findLast(({ counted, remaining }) => counted !== "workspace" || remaining < 1);
  if (!allowance) return undefined;
  const { counted, kind, limit, remaining } = allowance;
  const name = counted === "credential" ? `"${PLURALS[kind]}"` : `"${counted}-${PLURALS[kind]}"`;
  const seconds = Math.ceil(((limit - remaining) * WINDOW_SECONDS) / limit);
  return {
    "ratelimit-policy": `${name};q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `${name};r=${remaining};t=${seconds}`,
  };
}
