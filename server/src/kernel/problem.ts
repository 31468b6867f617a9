/** Every failure a caller can see: a code, its status, and what a machine may do next (RFC 9457). */

export const PROBLEM_STATUS = {
  invalid_input: 400,
  invalid_token: 400,
  unknown_action_type: 400,
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  access_denied: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_assignee: 403,
  not_assignable: 403,
  origin: 403,
  tier_limit: 403,
  boundary_violation: 403,
  envelope_violation: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  not_connected: 409,
  illegal_step: 409,
  in_flight: 409,
  idempotency_mismatch: 409,
  blocked: 409,
  lease_lost: 409,
  depth_limit: 409,
  fan_out_limit: 409,
  open_tasks_limit: 409,
  parent_finished: 409,
  open_children: 409,
  budget_exceeded: 409,
  dependency_cycle: 409,
  hop_limit: 409,
  handover_limit: 409,
  unanswered_limit: 409,
  obligation_limit: 409,
  payload_changed: 409,
  agent_paused: 409,
  already_decided: 409,
  expired: 409,
  revoked: 409,
  used_up: 409,
  stale: 409,
  not_reversible: 409,
  upstream_refused: 409,
  too_large: 413,
  unsupported_media_type: 415,
  inconsistent: 422,
  cooldown: 429,
  rate_limited: 429,
  overloaded: 429,
  upstream_limited: 429,
  internal: 500,
  unavailable: 503,
  upstream_unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

export interface FieldError {
  /** A JSON pointer into the input; empty for the whole of it. */
  path: string;
  message: string;
}

/** Members of a problem in addition to the standard ones. They appear on the wire as they are. */
export interface ProblemDetails {
  errors?: FieldError[];
  retry_after_seconds?: number;
  next_step?: string;
  [member: string]: unknown;
}

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return PROBLEM_STATUS[this.code];
  }
}

/** A refusal whose facts were committed. */
export class StoredRefusal extends Problem {}

/** A problem with one field of the input. */
export function invalid(path: string, message: string): Problem {
  const field = path.replace(/^\//, "").replaceAll("/", ".");
  return new Problem("invalid_input", field ? `${field}: ${message}` : message, { errors: [{ path, message }] });
}

/** The row does not exist in the caller's workspace. A row of another workspace gets the same words. */
export function notFound(kind: string, id: string): Problem {
  return new Problem("not_found", `There is no ${kind} ${id}.`);
}

/** The workspace is not the caller's. The problem does not reveal if it exists. */
export function noSuchWorkspace(): Problem {
  return new Problem("not_found", "You have no such workspace.");
}

/** The body of an `application/problem+json` answer. */
export function problemBody(problem: Problem, requestId: string): Record<string, unknown> {
  return {
    ...problem.details,
    type: `urn:bailiwick:problem:${problem.code}`,
    title: problem.code.replaceAll("_", " "),
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    request_id: requestId,
  };
}

/** There is no credential, or the credential is no longer valid. */
export function unauthenticated(detail: string): Problem {
  return new Problem("unauthenticated", detail, {
    next_step: "Sign in, or send a key as `Authorization: Bearer …`.",
  });
}

/** Returns the problem that a rule throws; undefined when it throws none. */
export function refusalOf(require: () => void): Problem | undefined {
  try {
    require();
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error;
  }
}
