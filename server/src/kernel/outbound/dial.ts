/**
 * Opens one request to an address that a caller chose. The connection goes to an address that was checked: a name is
 * resolved once, and only the checked addresses are dialled. Redirects are not followed.
 */
import { promises as dns, type LookupAddress } from "node:dns";
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { hostOf, isAllowed, isPublic } from "./destination.ts";

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export interface OutgoingOptions {
  /** Hosts that may be called although they are private. */
  allowed: readonly string[];
  stop?: AbortSignal;
  /** For tests. */
  resolve?: Resolve;
  timeoutMs?: number;
}

export interface Dial {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Buffer | undefined;
  /** Connections that stay open for later requests to the same place. Each was checked when it was opened. */
  kept?: KeptConnections;
  signal: AbortSignal;
  options: Pick<OutgoingOptions, "allowed" | "resolve">;
  /** Called when the connection stands. Before that, nothing can have been sent. */
  onConnected?(): void;
  onAnswer(answer: IncomingMessage): void;
  onError(error: Error): void;
}

export interface KeptConnections {
  http: HttpAgent;
  https: HttpsAgent;
}

const FREE_CONNECTIONS_MAX = 64;

export function keepConnections(): KeptConnections {
  const options = { keepAlive: true, maxFreeSockets: FREE_CONNECTIONS_MAX };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

/** The caller has checked the address with `urlFault`. */
export function dial(url: URL, { method, headers, body, kept, signal, options, ...on }: Dial): ClientRequest {
  const isSecure = url.protocol === "https:" || url.protocol === "wss:";
  const lookup = lookupFor(url, options);
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const request = (isSecure ? requestHttps : requestHttp)(
    url,
    {
      method,
      headers: { ...headers, ...length },
      signal,
      // Without an agent, no connection is used that an earlier check opened.
      agent: (isSecure ? kept?.https : kept?.http) ?? false,
      // The address of a web socket has a scheme that the modules of HTTP refuse.
      protocol: isSecure ? "https:" : "http:",
      ...(lookup && { lookup }),
    },
    (answer) => on.onAnswer(answer),
  );
  request.on("socket", (socket) => {
    if (socket.connecting) socket.once(isSecure ? "secureConnect" : "connect", () => on.onConnected?.());
    else on.onConnected?.();
  });
  request.on("error", (error) => on.onError(error));
  return request.end(body);
}

function lookupFor(url: URL, { allowed, resolve = resolveAll }: Dial["options"]): LookupFunction | undefined {
  return isAllowed(url, allowed) ? undefined : checkedLookup(resolve);
}

const resolveAll: Resolve = (host) => dns.lookup(host, { all: true });

/** Fails when one of the addresses of the name is private, because the next attempt might use that one. */
function checkedLookup(resolve: Resolve): LookupFunction {
  return (host, { all }, found) => {
    checkedAddresses(host, resolve).then(
      (addresses) => {
        const [first] = addresses;
        if (all || !first) return found(null, [...addresses]);
        return found(null, first.address, first.family);
      },
      (error: Error) => found(error, []),
    );
  };
}

async function checkedAddresses(host: string, resolve: Resolve): Promise<readonly LookupAddress[]> {
  const addresses = await resolve(host);
  if (addresses.length === 0) throw new Error(`${host} has no address.`);
  if (addresses.some(({ address }) => !isPublic(address)))
    throw new Error(`${host} is on this machine or in a private network.`);
  return addresses;
}

/** Returns an address of the host that may be dialled, for a client that opens its connections itself. */
export async function addressToDial(url: URL, { allowed, resolve = resolveAll }: Dial["options"]): Promise<string> {
  const host = hostOf(url);
  const addresses = isAllowed(url, allowed) ? await resolve(host) : await checkedAddresses(host, resolve);
  return addresses[0]?.address ?? host;
}
