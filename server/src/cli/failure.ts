/** Describes an error in one line that a person can act on. */
import { BailiwickError } from "../../../sdk/src/error.ts";
import { Problem } from "../kernel/problem.ts";
import { RefusedCall } from "./acting.ts";

/** The command was used wrongly. Its exit code differs from that of a failure. */
export class UsageError extends Error {}

/** Returns a line such as `invalid_input (400): title: is required. Next: …`. */
export function describeFailure(error: unknown): string {
  if (error instanceof RefusedCall) return `${describeFailure(error.refusal)} ${error.message}`;
  if (error instanceof Problem) {
    const { code, status, message, details } = error;
    return refusal(code, status, message, details.errors ?? [], details.next_step);
  }
  if (error instanceof BailiwickError) {
    const { code, status, detail, errors, nextStep } = error;
    return refusal(code, status, status === 0 ? unreachable(error) : detail, errors, nextStep);
  }
  if (!(error instanceof Error)) return String(error);
  return databaseFailure(error) ?? error.message.replaceAll(/\s*\n\s*/g, " ");
}

function refusal(
  code: string,
  status: number,
  detail: string,
  errors: readonly { path: string; message: string }[],
  nextStep: string | undefined,
): string {
  // The detail already contains the first error.
  const others = errors.slice(1).map(({ path, message }) => `${path.slice(1).replaceAll("/", ".")}: ${message}`);
  const next = nextStep ? [`Next: ${nextStep}`] : [];
  return [`${code}${status ? ` (${status})` : ""}: ${detail}`, ...others, ...next].join(" ");
}

function unreachable({ message, cause }: Error): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = inner instanceof Error ? ` ${inner.message || ("code" in inner ? String(inner.code) : "")}.` : "";
  return `${message}${reason} Check that the server runs and that the address is right.`;
}

/** The driver's errors have a code but do not mention the database, so the line names it. */
function databaseFailure(error: Error): string | undefined {
  if (!("code" in error)) return undefined;
  const code = String(error.code);
  const isNetwork = /^(ECONN|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ENETUNREACH|EAI_)/.test(code);
  // The error of a failed attempt at several addresses has no message.
  if (isNetwork) return `The database cannot be reached: ${error.message || code}. Check DATABASE_URL.`;
  if (/^(28|3D)/.test(code)) return `The database refuses the connection: ${error.message}. Check DATABASE_URL.`;
  if (/^[0-9A-Z]{5}$/.test(code)) return `The database reports an error: ${error.message} (${code}).`;
  return undefined;
}
