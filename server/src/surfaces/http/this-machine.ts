/**
 * Tells a request sent on this machine from a forwarded one. Sign-in links are shown only for the first kind. Agents on
 * this machine send such requests too.
 */
import { BlockList } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** The headers that proxies, load balancers, content networks and tunnels add to forwarded requests. */
const FORWARDING = new RegExp(
  `^(?:${[
    "forwarded|via|max-forwards|cdn-loop|x-real-ip|x-host|x-scheme|x-url-scheme|x-request-start|x-cloud-trace-context",
    "(?:x-|true-|wl-|x-cluster-|incap-)?(?:client|proxy-client)-ip|x-sucuri-clientip|x-remote-(?:ip|addr)|remote-(?:addr|user)",
    "x-http-(?:method|host)-override|x-rewrite-url|x-originating-ip|x-coming-from|x-proxyuser-ip",
    "(?:x-)?(?:my-)?forward(?:ed)?-.*|x-forwarded|x-original-.*|x-proxy-.*|x-envoy-.*|x-amzn-.*|x-amz-cf-.*|x-appengine-.*",
    "(?:x-)?(?:tailscale|ngrok|akamai|vercel|railway|azure|arr|nf|webauth)-.*|cf-.*|fly-.*|fastly-.*",
  ].join("|")})$`,
);

export function isForwarded({ headers }: FastifyRequest): boolean {
  // Some proxies write underscores, as in CGI variables.
  for (const name in headers) if (FORWARDING.test(name.replaceAll("_", "-"))) return true;
  return false;
}

/** Some proxies add no header. Old ones use HTTP/1.0, and others send a `Host` that is not this machine's name. */
export function isAtThisMachine(request: FastifyRequest): boolean {
  const { socket, headers } = request;
  const own = LOOPBACK_NAMES.map((name) => `${name}:${socket.localPort}`);
  const host = headers.host?.toLowerCase() ?? "";
  return own.includes(socket.localPort === 80 ? `${host.replace(/:80$/, "")}:80` : host) && cameDirectly(request);
}

/**
 * Returns true when the connection comes from this machine and no proxy shows itself. This alone does not prove a
 * caller on this machine: see `isAtThisMachine`.
 */
export function cameDirectly(request: FastifyRequest): boolean {
  const { socket, raw } = request;
  if (!isLoopback(socket.remoteAddress) || raw.httpVersion !== "1.1") return false;
  // Clients send a whole URL to a proxy, and the host in it counts instead of the header.
  return raw.url?.startsWith("/") === true && !isForwarded(request);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

export interface ForwardingNotice {
  log: Logger;
  /** The proxies that the configuration names. */
  trustedProxies: readonly string[];
  hasPublicUrl: boolean;
}

/** Warns once, at the first request from a proxy that the configuration does not name. */
export function warnOfForwarding(app: FastifyInstance, { log, trustedProxies, hasPublicUrl }: ForwardingNotice): void {
  const declared = new BlockList();
  for (const proxy of trustedProxies) addProxy(declared, proxy);
  let hasWarned = false;
  app.addHook("onRequest", (request, _reply, done) => {
    if (!hasWarned && isForwarded(request)) {
      const peer = request.socket.remoteAddress ?? "";
      if (!declared.check(peer, peer.includes(":") ? "ipv6" : "ipv4")) {
        hasWarned = true;
        log.warn(
          { peer },
          `A proxy that is not configured forwards requests. ${hasPublicUrl ? ONE_CALLER : TERMINAL_ONLY}`,
        );
      }
    }
    done();
  });
}

const ONE_CALLER =
  "All callers behind it share one limit. Name the proxy in BAILIWICK_TRUSTED_PROXIES to give each caller its own limit.";
const TERMINAL_ONLY =
  "Callers behind it see no sign-in links. To serve other machines, set BAILIWICK_PUBLIC_URL and BAILIWICK_TRUSTED_PROXIES.";

function addProxy(list: BlockList, text: string): void {
  const [address = "", bits] = text.split("/");
  const family = address.includes(":") ? "ipv6" : "ipv4";
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}
