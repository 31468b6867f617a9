/** What went wrong, in one line a person can act on. */
import { BailiwickError } from "../../../sdk/src/error.ts";
import { Problem } from "../kernel/problem.ts";

/** Wrong use: what was typed, not what happened. */
export class UsageError extends Error {}

/** `invalid_input (400): title: is required. Next: …` */
export function describeFailure(error: unknown): string {
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
  // The first is in the detail already.
  const others = errors.slice(1).map(({ path, message }) => `${path.slice(1).replaceAll("/", ".")}: ${message}`);
  const next = nextStep ? [`Next: ${nextStep}`] : [];
  return [`${code}${status ? ` (${status})` : ""}: ${detail}`, ...others, ...next].join(" ");
}

function unreachable({ message, cause }: Error): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = inner instanceof Error ? ` ${inner.message || ("code" in inner ? String(inner.code) : "")}.` : "";
  return `${message}${reason} Is it running, and is the address right?`;
}

/** The driver's errors have a code and no word about what was being done. */
function databaseFailure(error: Error): string | undefined {
  if (!("code" in error)) return undefined;
  const code = String(error.code);
  const isNetwork = /^(ECONN|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|ENETUNREACH|EAI_)/.test(code);
  // An error of several addresses tried has no message of its own.
  if (isNetwork) return `The database does not answer: ${error.message || code}. Look at DATABASE_URL.`;
  if (/^(28|3D)/.test(code)) return `The database refuses the connection: ${error.message}. Look at DATABASE_URL.`;
  if (/^[0-9A-Z]{5}$/.test(code)) return `The database says: ${error.message} (${code}).`;
  return undefined;
}
