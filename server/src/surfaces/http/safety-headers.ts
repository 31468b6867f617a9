/** The security headers of all responses. They are made once for a server. */
import type { FastifyReply } from "fastify";

type Headers = Readonly<Record<string, string>>;

export interface SafetyHeaders {
  /** For responses that are no pages, also files of a page: they load nothing and appear in no frame. */
  answer: Headers;
  page: Headers;
}

declare module "fastify" {
  interface FastifyInstance {
    safety: SafetyHeaders;
  }
}

const YEAR_SECONDS = 31_536_000;

/** A page may load only files of this server. */
const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const FEATURES_OFF = [
  "accelerometer",
  "autoplay",
  "browsing-topics",
  "camera",
  "display-capture",
  "encrypted-media",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "usb",
  "window-management",
  "xr-spatial-tracking",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

export function safetyHeaders(publicUrl: string): SafetyHeaders {
  const everywhere = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    // Browsers ignore this header over plain HTTP, and this machine's own names must keep working without TLS.
    ...(publicUrl.startsWith("https:") && { "strict-transport-security": `max-age=${YEAR_SECONDS}` }),
  };
  return {
    answer: {
      ...everywhere,
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    },
    page: {
      ...everywhere,
      "content-security-policy": PAGE_POLICY,
      // With `no-referrer`, a browser would send the forms of these pages with the origin `null`.
      "referrer-policy": "same-origin",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": FEATURES_OFF,
    },
  };
}

/** For a response that other code writes to the socket. */
export function setSafetyHeaders({ raw, server, request }: FastifyReply): void {
  for (const [name, value] of Object.entries(server.safety.answer)) raw.setHeader(name, value);
  raw.setHeader("x-request-id", request.id);
}
