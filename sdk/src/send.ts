/** Sends one operation and repeats it when a repeat is safe and may succeed. */
import { BailiwickError, problemFrom } from "./error.ts";
import { backoffMs, pause, randomKey } from "./retry.ts";
import { toJson } from "./storable.ts";

export interface ClientOptions {
  /** The address of the server, such as `http://127.0.0.1:7300`. Pages of the server itself may use the empty text. */
  url: string;
  /** An agent or service key. Pages use the cookie of their session instead. */
  key?: string | undefined;
  /** The workspace, for people who belong to several. A key belongs to one workspace. */
  workspace?: string | undefined;
  fetch?: typeof fetch | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /**
   * Set it so that the server recognises a repeat after a restart of your program. By default each call gets a new key.
   */
  idempotencyKey?: string | undefined;
  /**
   * The longest time in which the call is repeated while the server gives a `Retry-After`, as with 429 and 503. A call
   * that would have to wait longer is refused at once. By default, a call beyond a request limit (`rate_limited`) waits as
   * long as the server says, until `signal`, and any other call is repeated for 2 minutes.
   */
  retryForMs?: number | undefined;
}

export type Send = <Output>(route: string, input: object, options?: CallOptions, mode?: "once") => Promise<Output>;

/** The attempts of a call without a `Retry-After`. */
const ATTEMPTS_MAX = 5;
const RETRY_FOR_MS = 120_000;
/** Longer than the longest long poll. */
const ANSWER_TIMEOUT_MS = 60_000;

export function createSend(options: ClientOptions): Send {
  return async <Output>(route: string, input: object, call: CallOptions = {}, mode?: "once") => {
    const request = requestOf(options, route, input, call);
    // The server checks its answers with the schema that this type is printed from.
    const attempt = async () => (await sendOnce(options, request, call.signal)) as Output;
    return mode === "once" ? attempt() : repeated(attempt, call);
  };
}

/** Repeats an attempt while that is safe and may succeed. */
export async function repeated<Output>(attempt: () => Promise<Output>, call: CallOptions): Promise<Output> {
  const startMs = performance.now();
  let failures = 0;
  for (let attempts = 0; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayRepeat(error)) throw error;
      const waitMs = backoffMs(attempts, error.retryAfterSeconds);
      const isPaced = error.retryAfterSeconds !== undefined;
      const passedMs = performance.now() + waitMs - startMs;
      if (isPaced ? passedMs > (call.retryForMs ?? retryForMs(error)) : ++failures >= ATTEMPTS_MAX) throw error;
      await pause(waitMs, call.signal);
    }
  }
}

/** The next token of a request limit comes for certain. */
function retryForMs({ code }: BailiwickError): number {
  return code === "rate_limited" ? Number.POSITIVE_INFINITY : RETRY_FOR_MS;
}

function mayRepeat(error: unknown): error is BailiwickError {
  if (!(error instanceof BailiwickError)) return false;
  return [0, 429, 502, 503, 504].includes(error.status) || error.code === "in_flight";
}

export type Body = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array>;

interface Request {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Body | undefined;
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
    // Every repeat has the same key, so that the server runs the command once.
    headers["idempotency-key"] = call.idempotencyKey ?? randomKey();
  }
  return {
    url: addressOf(options, `${path}${isRead ? queryOf(rest) : ""}`),
    method,
    headers,
    body: isRead ? undefined : toJson(rest),
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

export async function sendOnce(
  options: ClientOptions,
  request: Request,
  signal?: AbortSignal,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<unknown> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const { url, method, headers, body } = request;
  const { response, text } = await answerOf(signal, async () => {
    const response = await (options.fetch ?? fetch)(url, {
      method,
      headers,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body !== undefined && { body }),
      // Without it, fetch refuses to send a stream.
      ...(body instanceof ReadableStream && { duplex: "half" }),
    } as RequestInit);
    return { response, text: await response.text() };
  });
  return jsonAnswer(response, text);
}

/** Returns the JSON of an answer. Throws for a problem, and for what is no JSON. */
export function jsonAnswer(response: Response, text: string): unknown {
  const value = jsonOf(text);
  if (response.ok && value !== undefined) return value;
  throw new BailiwickError(problemFrom(response.status, value, response.headers.get("retry-after")));
}

/** Turns every failure of the exchange into `unreachable`, except an abort of the caller's signal. */
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
