/** Decides how an attempt over HTTP ended, and takes secrets out of texts of the other side. */
import type { Exchange } from "../../kernel/outbound/exchange.ts";
import { retryAfterMs } from "../../kernel/outbound/retry-after.ts";
import type { Attempt, Returned } from "../adapter.ts";

/** The characters of the answer that a receipt keeps. */
const START_BYTES_MAX = 1_024;
const ERROR_LENGTH_MAX = 500;
const TOO_MANY = 429;
const UNAVAILABLE = 503;
/** A shorter secret would remove ordinary words from texts. */
const SECRET_LENGTH_MIN = 4;
const MASK = "•••";

/** Returns the text without the secret, in the forms in which a request has it. */
export function withoutSecret(text: string, secret: string | undefined): string {
  if (secret === undefined) return text;
  const words = secret.split(/\s+/);
  const forms = [secret, ...words, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
  return forms
    .filter((form) => form.length >= SECRET_LENGTH_MIN)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, form) => rest.replaceAll(form, MASK), text);
}

/** The database cannot hold NUL, and half of a surrogate pair is no text. */
function stored(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

export function errorText(text: string, secret: string | undefined): string {
  return stored(withoutSecret(text, secret).slice(0, ERROR_LENGTH_MAX));
}

export function startOf(body: string, secret: string | undefined): string {
  const bytes = Buffer.from(withoutSecret(body, secret)).subarray(0, START_BYTES_MAX);
  // A character that is cut at the end becomes a replacement character.
  return stored(bytes.toString("utf8"));
}

export interface Reading {
  now: Date;
  secret: string | undefined;
  /** Reads a whole answer of 2xx. */
  executed(body: string): { result: Record<string, unknown>; external_id?: string; external_url?: string };
  /** A whole answer of 2xx may still be a refusal. Returns its text. */
  refusal?(body: string): string | undefined;
}

export function attemptOf(found: Exchange, { now, secret, executed, refusal }: Reading): Attempt {
  const cut = (text: string) => errorText(text, secret);
  if (found.answer === "none") {
    if (!found.mayBeSent) return { end: "again", error: cut(found.error), after_ms: null, returned: null };
    return { end: "in_doubt", error: cut(found.error), returned: null };
  }
  const { status, headers, body } = found;
  const returned: Returned = {
    response_status: status,
    external_id: null,
    external_url: null,
    start: startOf(body, secret),
  };
  if (found.answer === "part") return { end: "in_doubt", error: cut(found.error), returned };
  const error = `The service answered ${status}.`;
  if (status === TOO_MANY || status === UNAVAILABLE) {
    const after_ms = retryAfterMs(headers["retry-after"], now.getTime()) ?? null;
    return { end: "again", error, after_ms, returned };
  }
  if (status < 200 || status > 299) return { end: "failed", error, returned };
  const refused = refusal?.(body);
  if (refused !== undefined) return { end: "failed", error: cut(refused), returned };
  const { result, external_id = null, external_url = null } = executed(body);
  return { end: "executed", result, returned: { ...returned, external_id, external_url } };
}

/** Returns the object in a body; an empty object when there is none. */
export function objectIn(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    // A list has no names, and so nothing is found in it.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
