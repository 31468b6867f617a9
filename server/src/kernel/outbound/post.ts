/**
 * Sends one request to an address that a caller chose. The connection goes to an address that was checked: a name is
 * resolved once, and only the checked addresses are dialled. Redirects are not followed.
 */
import { promises as dns, type LookupAddress } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { isAllowed, isPublic, urlFault } from "./destination.ts";

const TIMEOUT_MS = 10_000;
/** The beginning of the answer that is kept. The rest is not read. */
const ANSWER_BYTES_MAX = 1_024;

export interface Outgoing {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface OutgoingOptions {
  /** Hosts that may be called although they are private. */
  allowed: readonly string[];
  stop?: AbortSignal;
  /** For tests. */
  resolve?: Resolve;
  timeoutMs?: number;
}

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** The answer of the other server, or the reason why there is none. */
export type Answer =
  | { status: number; retryAfter: string | undefined; start: string; error?: undefined }
  | { status?: undefined; error: string };

export async function post(outgoing: Outgoing, options: OutgoingOptions): Promise<Answer> {
  const fault = urlFault(outgoing.url, options.allowed);
  if (fault !== undefined) return { error: `The address ${fault}` };
  const signal = AbortSignal.any([
    AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
    ...(options.stop ? [options.stop] : []),
  ]);
  try {
    return await exchange(new URL(outgoing.url), outgoing, { ...options, signal });
  } catch (error) {
    if (options.stop?.aborted) throw error;
    return { error: signal.aborted ? "There was no answer in time." : textOf(error) };
  }
}

function exchange(
  url: URL,
  { headers, body }: Outgoing,
  { allowed, resolve = resolveAll, signal }: OutgoingOptions & { signal: AbortSignal },
): Promise<Answer> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const lookup = isAllowed(url, allowed) ? undefined : checkedLookup(resolve);
  const length = { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((done, fail) => {
    const sent = request(
      url,
      // Without an agent, no connection is used that an earlier check opened.
      { method: "POST", headers: { ...headers, ...length }, signal, agent: false, ...(lookup && { lookup }) },
      (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const end = () => {
          const retryAfter = answer.headers["retry-after"];
          const start = Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString("utf8");
          done({ status: answer.statusCode ?? 0, retryAfter, start });
          answer.destroy();
        };
        answer.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes >= ANSWER_BYTES_MAX) end();
        });
        answer.on("end", end);
        answer.on("error", fail);
      },
    );
    sent.on("error", fail);
    sent.end(body);
  });
}

const resolveAll: Resolve = (host) => dns.lookup(host, { all: true });

/** Fails when one of the addresses of the name is private, because the next attempt might use that one. */
function checkedLookup(resolve: Resolve): LookupFunction {
  return (host, { all }, found) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) return found(new Error(`${host} has no address.`), []);
        if (addresses.some(({ address }) => !isPublic(address)))
          return found(new Error(`${host} is on this machine or in a private network.`), []);
        if (all) return found(null, [...addresses]);
        return found(null, first.address, first.family);
      },
      (error: Error) => found(error, []),
    );
  };
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A failure of several addresses has no text of its own.
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || "The connection failed.";
}
