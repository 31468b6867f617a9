/** The limits of requests as HTTP has them: what a request counts against, and what its answer says of it. */
import type { OutgoingHttpHeaders } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import type { Allowance, RequestAllowances, RequestKind } from "../../kernel/allowance.ts";
import { addressOf } from "./caller.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What it was counted against last; null on routes without a limit. */
    allowance: Allowance | null;
  }
}

/** Counts it for the network it comes from, so that a flood ends before anybody looks who sends it. */
export function takeOfNetwork(
  allowances: RequestAllowances,
  request: FastifyRequest,
  kind: RequestKind,
): Promise<void> | undefined {
  request.allowance = allowances.find("network", addressOf(request), kind);
  return allowances.take(request.allowance);
}

export function takeOfCredential(
  allowances: RequestAllowances,
  request: FastifyRequest,
  { credential }: Actor,
  kind: RequestKind,
): Promise<void> | undefined {
  request.allowance = allowances.find("credential", credential, kind);
  return allowances.take(request.allowance);
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
export function allowanceHeaders({ allowance }: FastifyRequest): OutgoingHttpHeaders | undefined {
  if (!allowance) return undefined;
  const { counted, kind, limit, remaining } = allowance;
  const name = counted === "network" ? `"network-${kind}s"` : `"${kind}s"`;
  const seconds = Math.ceil(((limit - remaining) * WINDOW_SECONDS) / limit);
  return {
    "ratelimit-policy": `${name};q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `${name};r=${remaining};t=${seconds}`,
  };
}
