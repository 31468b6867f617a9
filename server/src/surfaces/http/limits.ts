/** The limits of requests as HTTP has them: what a request counts against, and what its answer says of it. */
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import {
  type Allowance,
  REQUEST_BYTES,
  type RequestAllowances,
  type RequestKind,
  weightOf,
} from "../../kernel/allowance.ts";
import { addressOf } from "./caller.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What it was counted against, the last one last; null on routes without a limit. */
    counted: Allowance[] | null;
  }
}

/**
 * Counts the request, with the bytes of its body, for the network it comes from. So a flood ends before the sender is
 * looked up and before a body is read.
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

export function takeOfCredential(
  allowances: RequestAllowances,
  request: FastifyRequest,
  { credential }: Actor,
  kind: RequestKind,
): Promise<void> | undefined {
  const allowance = allowances.find("credential", credential, kind);
  request.counted?.push(allowance);
  return allowances.take(allowance, bodyWeight(request));
}

/** A body that is longer than any route takes counts as the longest one: its bytes arrive, though they are thrown away. */
const COUNTED_BYTES_MAX = 1024 * 1024;

export function bodyWeight({ headers }: FastifyRequest): number {
  return weightOf(Math.min(Number(headers["content-length"] ?? 0), COUNTED_BYTES_MAX));
}

export function hasUnknownLength({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers["transfer-encoding"] !== undefined;
}

/** The length of a chunked body is known only as it comes: it is counted piece by piece, before the next one is read. */
export function countChunkedBodies(app: FastifyInstance, allowances: RequestAllowances): void {
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const { counted } = request;
    if (!counted || !hasUnknownLength(request)) return done(null, payload);
    // Fastify says only that it can be read; what it passes is the message itself.
    done(null, Readable.from(countPieces(payload as IncomingMessage, allowances, counted)));
  });
}

async function* countPieces(body: IncomingMessage, allowances: RequestAllowances, counted: readonly Allowance[]) {
  let bytes = 0;
  // The first one was counted with the request.
  let paid = REQUEST_BYTES;
  for await (const piece of body) {
    bytes += (piece as Buffer).length;
    for (; bytes > paid; paid += REQUEST_BYTES) {
      for (const allowance of counted) await allowances.take(allowance);
    }
    yield piece;
  }
}

export function kindOf({ method }: FastifyRequest): RequestKind {
  return method === "GET" || method === "HEAD" ? "read" : "write";
}

/** A hook for routes that anybody may call. It runs before a body is read; `refuse` answers whoever asks too often. */
export function limitNetwork(allowances: RequestAllowances, refuse: (reply: FastifyReply, error: unknown) => unknown) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    count(allowances, request).then(done, (error: unknown) => void refuse(reply, error));
  };
}

async function count(allowances: RequestAllowances, request: FastifyRequest): Promise<void> {
  await takeOfNetwork(allowances, request, kindOf(request));
}

const WINDOW_SECONDS = 60;

/** As draft-ietf-httpapi-ratelimit-headers-10 has them: `t` is when all of it is there again. */
export function allowanceHeaders({ counted: all }: FastifyRequest): OutgoingHttpHeaders | undefined {
  const allowance = all?.at(-1);
  if (!allowance) return undefined;
  const { counted, kind, limit, remaining } = allowance;
  const name = counted === "network" ? `"network-${kind}s"` : `"${kind}s"`;
  const seconds = Math.ceil(((limit - remaining) * WINDOW_SECONDS) / limit);
  return {
    "ratelimit-policy": `${name};q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `${name};r=${remaining};t=${seconds}`,
  };
}
