/** Sends one operation and repeats it when that is safe and may help. */
import { BailiwickError, problemFrom } from "./error.ts";
import { backoffMs, pause, randomKey } from "./retry.ts";

export interface ClientOptions {
  /** Where the server is: `http://127.0.0.1:7300`. In its own pages the empty text will do. */
  url: string;
  /** An agent or service key. Pages use the cookie of their session instead. */
  key?: string | undefined;
  /** For people, who may belong to several; a key belongs to one. */
  workspace?: string | undefined;
  fetch?: typeof fetch | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Give one to recognise a repeat across restarts of your program; otherwise each call gets its own. */
  idempotencyKey?: string | undefined;
}

export type Send = <Output>(route: string, input: object, options?: CallOptions, mode?: "once") => Promise<Output>;

/** Times a call is sent at most. */
const ATTEMPTS_MAX = 5;
/** Above the longest long poll. Milliseconds. */
const ANSWER_TIMEOUT_MS = 60_000;
/** A server that asks for more is not waited for. Seconds. */
const RETRY_AFTER_SECONDS_MAX = 30;

export function createSend(options: ClientOptions): Send {
  return async <Output>(route: string, input: object, call: CallOptions = {}, mode?: "once") => {
    const request = requestOf(options, route, input, call);
    for (let attempt = 0; ; attempt++) {
      try {
        // The type comes from the same schema that the server checks its answers with.
        return (await sendOnce(options, request, call.signal)) as Output;
      } catch (error) {
        if (mode === "once" || attempt + 1 >= ATTEMPTS_MAX || !mayRepeat(error)) throw error;
        await pause(backoffMs(attempt, error.retryAfterSeconds), call.signal);
      }
    }
  };
}

function mayRepeat(error: unknown): error is BailiwickError {
  if (!(error instanceof BailiwickError) || (error.retryAfterSeconds ?? 0) > RETRY_AFTER_SECONDS_MAX) return false;
  return [0, 429, 502, 503, 504].includes(error.status) || error.code === "in_flight";
}

interface Request {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

function requestOf(options: ClientOptions, route: string, input: object, call: CallOptions): Request {
  const [method = "", template = ""] = route.split(" ");
  const rest: Record<string, unknown> = { ...input };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const isRead = method === "GET";
  const headers = headersOf(options);
  if (!isRead) {
    headers["content-type"] = "application/json";
    // The same on every repeat, so that the server runs it once.
    headers["idempotency-key"] = call.idempotencyKey ?? randomKey();
  }
  return {
    url: addressOf(options, `${path}${isRead ? queryOf(rest) : ""}`),
    method,
    headers,
    body: isRead ? undefined : JSON.stringify(rest),
  };
}

export function addressOf({ url }: ClientOptions, path: string): string {
  return `${url.replace(/\/+$/, "")}/api${path}`;
}

export function headersOf({ key, workspace }: ClientOptions): Record<string, string> {
  return {
    accept: "application/json",
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(workspace !== undefined && { "bailiwick-workspace": workspace }),
  };
}

export function queryOf(fields: Record<string, unknown>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text && `?${text}`;
}

async function sendOnce(options: ClientOptions, request: Request, signal?: AbortSignal): Promise<unknown> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const { url, method, headers, body } = request;
  const { response, text } = await answerOf(signal, async () => {
    const response = await (options.fetch ?? fetch)(url, {
      method,
      headers,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body !== undefined && { body }),
    });
    return { response, text: await response.text() };
  });
  const value = jsonOf(text);
  if (response.ok && value !== undefined) return value;
  throw new BailiwickError(problemFrom(response.status, value, response.headers.get("retry-after")));
}

/** Whatever kept the answer away counts as unreachable, but the caller's own signal. */
export async function answerOf<T>(signal: AbortSignal | undefined, exchange: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await exchange();
  } catch (error) {
    signal?.throwIfAborted();
    const detail = "The server did not answer.";
    throw new BailiwickError({ code: "unreachable", status: 0, detail }, error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
