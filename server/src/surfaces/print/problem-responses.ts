/** The problems that a route can return, and the responses of the OpenAPI document for them. */
import type { Operation, Route } from "../../kernel/operation.ts";
import { PROBLEM_STATUS, type ProblemCode } from "../../kernel/problem.ts";
import { methodOf } from "../route.ts";
import { PROBLEM_HEADERS, reference } from "./openapi-parts.ts";
import { pascal } from "./shapes.ts";

/** Problems of every operation. */
const ALWAYS: readonly ProblemCode[] = ["invalid_input", "rate_limited", "overloaded", "unavailable"];
/** A workspace that is not the caller's is not found, in every operation that needs a credential. */
const WITH_CREDENTIAL: readonly ProblemCode[] = ["unauthenticated", "forbidden", "not_found"];
/** A DELETE takes no body, and is refused so when it comes with one that is not JSON. */
const WITH_CHANGE: readonly ProblemCode[] = ["origin", "too_large", "unsupported_media_type"];
const WITH_KEY: readonly ProblemCode[] = ["in_flight", "idempotency_mismatch"];
/** A call that stores something counts against the bytes of a day. */
const STORING: readonly ProblemCode[] = ["tier_limit"];

/** Every problem of one route of an operation. */
export function problemsOf(operation: Operation, route: Route): ProblemCode[] {
  const isPublic = operation.kind === "public";
  return [
    ...operation.problems,
    ...ALWAYS,
    ...(isPublic ? [] : WITH_CREDENTIAL),
    ...(methodOf(route) === "GET" ? [] : WITH_CHANGE),
    ...(methodOf(route) === "POST" && !isPublic ? WITH_KEY : []),
    ...(operation.kind === "command" || operation.kind === "hot" ? STORING : []),
  ];
}

/** A response with more codes has no name and stands in its operation. */
const NAMED_CODES_MAX = 4;

export interface ProblemResponses {
  /** Responses by status. Those with a name are references. */
  of(codes: readonly ProblemCode[]): Record<string, object>;
  /** The responses with a name, so far. */
  named(): Record<string, object>;
}

export function problemResponses(): ProblemResponses {
  const named = new Map<string, object>();
  const one = (status: number, codes: readonly ProblemCode[]) => {
    if (codes.length > NAMED_CODES_MAX) return response(status, codes);
    const name = codes.map(pascal).join("Or");
    named.set(name, response(status, codes));
    return reference("responses", name);
  };
  return {
    of: (codes) => Object.fromEntries(byStatus(codes).map(([status, some]) => [status, one(status, some)])),
    named: () => Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function byStatus(codes: readonly ProblemCode[]): [number, ProblemCode[]][] {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of [...new Set(codes)].sort()) {
    const status = PROBLEM_STATUS[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

function response(status: number, codes: readonly ProblemCode[]): object {
  const headers = PROBLEM_HEADERS[status];
  const code = { properties: { code: { enum: codes } } };
  const schema = { allOf: [reference("schemas", "Problem"), code] };
  return {
    description: codes.join(", "),
    ...(headers && { headers }),
    content: { "application/problem+json": { schema } },
  };
}
