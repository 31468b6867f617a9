/** What a database error means to a caller. */

import { Problem } from "../problem.ts";
import { SilentDatabase } from "./answer-watch.ts";

/** Seconds a caller should wait for a lost database, and for room on its disk. */
const RETRY_AFTER_SECONDS = 2;
const ROOM_AFTER_SECONDS = 30;
const DEADLOCK = "40P01";
const SERIALIZATION_FAILURE = "40001";
const DISK_FULL = "53100";
const STATEMENT_ENDED = "57014";
/** A write on a server that only reads, as after a failover. In a read it is a bug of ours. */
const READ_ONLY = "25006";
/**
 * Connection failures (but for 08P01, a message that breaks the protocol, which is a bug of ours), shutdown, no room, a
 * transaction that was left idle.
 */
const UNAVAILABLE =
  /^(08(?!P01)...|57P0[1-5]|53...|25P0[34]|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
const LOST_CONNECTION =
  /Query read timeout|Connection terminated|connection error|timeout exceeded when trying to connect|Client was closed|Cannot use a pool/;

/** A value that passed the shapes and yet does not fit: a column, an index, or what the database can hold. */
const UNFIT = /^(22...|5400[01])$/;

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

/** The database did not answer in time, so the driver destroyed the connection. */
export function isSilence(error: unknown): boolean {
  return error instanceof SilentDatabase;
}

export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === DISK_FULL;
}

/** What a caller can cause becomes 4xx, a database that is away 503 with `Retry-After`; anything else stays a bug. */
export function databaseProblem(error: unknown, readMs: number | undefined): unknown {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  if (UNFIT.test(code)) return because(error, "invalid_input", "A value is outside what can be stored.");
  if (code === STATEMENT_ENDED) return tookTooLong(error, readMs);
  if (isDiskFull(error)) return noSpace(error);
  if (code === READ_ONLY && readMs === undefined) return unavailable(error);
  const lost = isSilence(error) || (error instanceof Error && LOST_CONNECTION.test(error.message));
  return lost || UNAVAILABLE.test(code) || isRepeatable(error) ? unavailable(error) : error;
}

/** Many or large rows make a statement slow, so this is the caller's to mend. A shutdown has codes of its own. */
function tookTooLong(cause: unknown, readMs: number | undefined): Problem {
  if (readMs === undefined) {
    return because(cause, "overloaded", "This took too long, so it was ended and nothing was changed.", {
      retry_after_seconds: RETRY_AFTER_SECONDS,
      next_step: "Send the same request again; if that does not help, ask for less in one request.",
    });
  }
  return because(cause, "overloaded", `This read took longer than ${readMs / 1_000} s, so it was ended.`, {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Narrow it: name an agent, a task or a status, a shorter time, or a smaller limit.",
  });
}

export function unavailable(cause: unknown): Problem {
  return because(cause, "unavailable", "The database is not reachable just now.", {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Send the same request again.",
  });
}

export function noSpace(cause?: unknown): Problem {
  return because(cause, "unavailable", "No space: the disk of the database is full, so nothing can be changed now.", {
    retry_after_seconds: ROOM_AFTER_SECONDS,
    next_step: "Reads go on. Ask the operator of this server to make room, then send the same request again.",
  });
}

function because(
  cause: unknown,
  code: ConstructorParameters<typeof Problem>[0],
  detail: string,
  details: ConstructorParameters<typeof Problem>[2] = {},
): Problem {
  const problem = new Problem(code, detail, details);
  problem.cause = cause;
  return problem;
}
