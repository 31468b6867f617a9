/** What a database error means to a caller. */
import { Problem } from "./problem.ts";

/** Seconds a caller should wait for a lost database. */
const RETRY_AFTER_SECONDS = 2;
const DEADLOCK = "40P01";
const SERIALIZATION_FAILURE = "40001";
/** Connection failures, shutdown, no room, a statement that ran out of time. */
const UNAVAILABLE = /^(08...|57P0[1-5]|53...|57014|25P0[34]|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
const LOST_CONNECTION =
  /Connection terminated|connection error|timeout exceeded when trying to connect|Client was closed|Cannot use a pool/;

/** A value that passed the shapes and yet does not fit a column: the caller's, not ours. */
const DATA_EXCEPTION = /^22...$/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/**
 * What was read is no longer what was locked, and locking more now would break the order of locks. The transaction is
 * run again with nothing held; only when that did not help is this the answer.
 */
export class StaleRead extends Problem {}

/** The transaction may be run again as it is. */
export function isRepeatable(error: unknown): boolean {
  if (error instanceof StaleRead) return true;
  const code = codeOf(error);
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}

/** A database that is away or overloaded becomes 503 with `Retry-After`; anything else stays what it is. */
export function databaseProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (DATA_EXCEPTION.test(codeOf(error))) {
    const problem = new Problem("invalid_input", "A value is outside what can be stored.");
    problem.cause = error;
    return problem;
  }
  const lost = error instanceof Error && LOST_CONNECTION.test(error.message);
  if (!lost && !UNAVAILABLE.test(codeOf(error)) && !isRepeatable(error)) return error;
  const problem = new Problem("unavailable", "The database is not reachable just now.", {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Send the same request again.",
  });
  problem.cause = error;
  return problem;
}
