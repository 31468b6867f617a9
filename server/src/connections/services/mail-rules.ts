/** Decides how an attempt at a mail ended. Pure. */
import type { Attempt } from "../adapter.ts";

/** The fields of an error of the mail library. */
interface MailError {
  code?: unknown;
  responseCode?: unknown;
  syscall?: unknown;
  message?: unknown;
}

/** The library had no connection yet. */
const BEFORE = new Set(["connect", "getaddrinfo", "queryA", "queryAaaa"]);

/**
 * `isStarted`: the library has begun to read the text, so that the mail server may have it. An answer of the mail server
 * is whole: 4xx refuses for now, 5xx for good.
 */
export function mailAttempt(error: unknown, isStarted: boolean): Attempt {
  const { code, responseCode, syscall } = (typeof error === "object" && error !== null ? error : {}) as MailError;
  const nothing = { after_ms: null, returned: null };
  if (typeof responseCode === "number") {
    const returned = { response_status: responseCode, external_id: null, external_url: null, start: "" };
    const text = `The mail server answered ${responseCode}.`;
    if (responseCode < 500 && code !== "EAUTH") return { end: "again", error: text, after_ms: null, returned };
    return { end: "failed", error: text, returned };
  }
  const isBefore = !isStarted || code === "EDNS" || BEFORE.has(String(syscall));
  if (isBefore) return { end: "again", error: "The mail server cannot be reached.", ...nothing };
  return { end: "in_doubt", error: "The mail server did not confirm the mail.", returned: null };
}

/** The same on every attempt, so that mail programs show the mail once. */
export function messageIdOf(key: string, from: string): string {
  return `<${key}.bailiwick@${from.slice(from.lastIndexOf("@") + 1)}>`;
}
