/** Translates database errors into problems for callers. */

import { Problem } from "../problem.ts";
import { SilentDatabase } from "./answer-watch.ts";

/** The time that a caller should wait for a lost database, and for space on its disk. */
const RETRY_AFTER_SECONDS = 2;
const ROOM_AFTER_SECONDS = 30;
const DEADLOCK = "40P01";
const SERIALIZATION_FAILURE = "40001";
const DISK_FULL = "53100";
const STATEMENT_ENDED = "57014";
/** A write on a read-only server, as after a failover. In a read, the error is a bug of this server. */
const READ_ONLY = "25006";
/**
 * Connection failures, shutdown, a full disk, or an idle transaction. 08P01 is excluded: a message that breaks the
 * protocol is a bug of this server.
 */
const UNAVAILABLE =
  /^(08(?!P01)...|57P0[1-5]|53...|25P0[34]|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
const LOST_CONNECTION =
  /Query read timeout|Connection terminated|connection error|timeout exceeded when trying to connect|Client was closed|Cannot use a pool/;

/** A value fits the input's shape, but not a column, an index or the limits of the database. */
const UNFIT = /^(22...|5400[01])$/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/**
 * The locked rows differ from the rows that were read, and locking more rows now would break the order of locks. The
 * transaction runs again without locks. The caller gets this problem only when every repeat failed.
 */
export class StaleRead extends Problem {}

/** Returns true when the same transaction may run again. */
export function isRepeatable(error: unknown): boolean {
  if (error instanceof StaleRead) return true;
  const code = codeOf(error);
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}

/** Returns true when the connection was destroyed because the database did not answer in time. */
export function isSilence(error: unknown): boolean {
  return error instanceof SilentDatabase;
}

/**
 * Raised by a group of hot commands for a caller whose powers changed, or who is paused: the group goes the ordinary way.
 */
const GUARD_REFUSAL = "BW001";

export function isGuardRefusal(error: unknown): boolean {
  return codeOf(error) === GUARD_REFUSAL;
}

/** Raised for a value that was sealed with another master key than the one that seals now. */
const OLD_SEAL = "BW002";

export function isOldSeal(error: unknown): boolean {
  return codeOf(error) === OLD_SEAL;
}

export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === DISK_FULL;
}

/** Errors of callers become 4xx, an unreachable database becomes 503 with `Retry-After`. Other errors are bugs. */
export function databaseProblem(error: unknown, readMs: number | undefined): unknown {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  if (UNFIT.test(code)) return because(error, "invalid_input", "A value is outside what can be stored.");
  if (code === STATEMENT_ENDED) return tookTooLong(error, readMs);
  if (isDiskFull(error)) return noSpace(error);
  if (isOldSeal(error)) return keyChanged(error);
  if (code === READ_ONLY && readMs === undefined) return unavailable(error);
  const lost = isSilence(error) || (error instanceof Error && LOST_CONNECTION.test(error.message));
  return lost || UNAVAILABLE.test(code) || isRepeatable(error) ? unavailable(error) : error;
}

/** Many or large rows make a statement slow, so the caller has to send less. A shutdown has other codes. */
function tookTooLong(cause: unknown, readMs: number | undefined): Problem {
  if (readMs === undefined) {
    return because(cause, "overloaded", "The request took too long, so it was ended and nothing was changed.", {
      retry_after_seconds: RETRY_AFTER_SECONDS,
      next_step: "Send the same request again; if it fails again, split it into smaller requests.",
    });
  }
  return because(cause, "overloaded", `This read took longer than ${readMs / 1_000} s, so it was ended.`, {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Narrow the request: name an agent, a task or a status, a shorter time, or a smaller limit.",
  });
}

export function unavailable(cause: unknown): Problem {
  return because(cause, "unavailable", "The database is not reachable now.", {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Send the same request again.",
  });
}

function keyChanged(cause: unknown): Problem {
  return because(cause, "unavailable", "The master key was changed during this request, so nothing was stored.", {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Send the same request again.",
  });
}

export function noSpace(cause?: unknown): Problem {
  return because(cause, "unavailable", "No space: the disk of the database is full, so nothing can be changed now.", {
    retry_after_seconds: ROOM_AFTER_SECONDS,
    next_step: "Reads still work. Ask the operator of this server to free disk space, then send the request again.",
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
