/** The error of a failed call. Programs depend on `code`; `message` is for people. */

export interface FieldError {
  /** A JSON pointer into the input; empty for the whole input. */
  path: string;
  message: string;
}

/** The body of an `application/problem+json` answer. */
export interface ProblemBody {
  code: string;
  status: number;
  detail: string;
  errors?: FieldError[];
  retry_after_seconds?: number;
  next_step?: string;
  request_id?: string;
  [member: string]: unknown;
}

export class BailiwickError extends Error {
  override readonly name = "BailiwickError";
  /** `unreachable` when no answer came. */
  readonly code: string;
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  /** Advice for the caller, in words. */
  readonly nextStep: string | undefined;
  readonly requestId: string | undefined;
  /** The whole answer, with the fields that only some problems have. */
  readonly problem: ProblemBody;

  constructor(problem: ProblemBody, cause?: unknown) {
    super(problem.detail, cause === undefined ? {} : { cause });
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfterSeconds = problem.retry_after_seconds;
    this.nextStep = problem.next_step;
    this.requestId = problem.request_id;
    this.problem = problem;
  }

  /** True when the same call may succeed later. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === "in_flight";
  }
}

/** Makes a problem from any answer, because a proxy may have sent the answer. */
export function problemFrom(status: number, body: unknown, retryAfter: string | null): ProblemBody {
  const seconds =
    retryAfter !== null && /^\d{1,9}$/.test(retryAfter) ? { retry_after_seconds: Number(retryAfter) } : {};
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body) {
    // Only problems of Bailiwick have both code and detail.
    return { ...seconds, ...(body as ProblemBody), status };
  }
  const what = status >= 500 ? "The server, or a proxy before it, failed" : "The answer is not from Bailiwick";
  return { ...seconds, code: status >= 500 ? "unavailable" : "unexpected", status, detail: `${what} (${status}).` };
}
