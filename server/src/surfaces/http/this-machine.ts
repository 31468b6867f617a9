/**
 * Tells a request that was sent on this machine from one that somebody forwarded to it. What is meant for the person at
 * this machine is shown for the first kind alone. Agents on this machine send such requests too.
 */
import { BlockList } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** The headers that proxies, load balancers, content networks and tunnels add to what they forward. */
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
  // Some write them as variables of CGI are written.
  for (const name in headers) if (FORWARDING.test(name.replaceAll("_", "-"))) return true;
  return false;
}

/** Some proxies add no header: the oldest of them speak HTTP/1.0, and names that lead here stand in `Host`. */
export function isAtThisMachine(request: FastifyRequest): boolean {
  const { socket, headers, raw } = request;
  if (!isLoopback(socket.remoteAddress) || raw.httpVersion !== "1.1") return false;
  // A whole URL is what clients send to a proxy, and its host counts for more than the header.
  if (!raw.url?.startsWith("/")) return false;
  const own = LOOPBACK_NAMES.map((name) => `${name}:${socket.localPort}`);
  const host = headers.host?.toLowerCase() ?? "";
  return own.includes(socket.localPort === 80 ? `${host.replace(/:80$/, "")}:80` : host) && !isForwarded(request);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

export interface ForwardingNotice {
  log: Logger;
  /** Proxies that the configuration names. */
  trustedProxies: readonly string[];
  hasPublicUrl: boolean;
}

/** Warns once, at the first request that somebody forwarded whom the configuration does not name. */
export function warnOfForwarding(app: FastifyInstance, { log, trustedProxies, hasPublicUrl }: ForwardingNotice): void {
  const declared = new BlockList();
  for (const proxy of trustedProxies) addProxy(declared, proxy);
  let isSaid = false;
  app.addHook("onRequest", (request, _reply, done) => {
    if (!isSaid && isForwarded(request)) {
      const peer = request.socket.remoteAddress ?? "";
      if (!declared.check(peer, peer.includes(":") ? "ipv6" : "ipv4")) {
        isSaid = true;
        log.warn(
          { peer },
          `A proxy that is not declared forwards requests. ${hasPublicUrl ? ONE_CALLER : TERMINAL_ONLY}`,
        );
      }
    }
    done();
  });
}

const ONE_CALLER =
  "Everybody behind it counts as one caller. Name it in BAILIWICK_TRUSTED_PROXIES, so that each has limits of their own.";
const TERMINAL_ONLY =
  "Callers behind it see no sign-in links. Set BAILIWICK_PUBLIC_URL and BAILIWICK_TRUSTED_PROXIES to serve people elsewhere.";

function addProxy(list: BlockList, text: string): void {
  const [address = "", bits] = text.split("/");
  const family = address.includes(":") ? "ipv6" : "ipv4";
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}
