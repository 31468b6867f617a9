/** The headers of a call on its way to the provider and back. Unknown headers pass as they are. Pure. */
import type { Provider } from "./paths.ts";

/** Of one connection (RFC 9110, 7.6.1). */
const OF_CONNECTION = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** Of the caller and of the proxies before this server. */
const NOT_SENT = new Set([
  ...OF_CONNECTION,
  "accept-encoding",
  "authorization",
  "content-length",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "via",
  "x-api-key",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
]);
/** Of the provider's own pages. A browser must not use them for this server. */
const NOT_RETURNED = new Set([...OF_CONNECTION, "alt-svc", "set-cookie", "strict-transport-security"]);
const OURS = /^bailiwick-/;
const CROSS_ORIGIN = /^access-control-/;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The headers that `Connection` names are of the connection too. */
function named(headers: Headers): ReadonlySet<string> {
  const text = [headers.connection ?? ""].flat().join(",");
  return new Set(text.split(",").map((name) => name.trim().toLowerCase()));
}

export function sentHeaders(headers: Headers, provider: Provider, secret: string): Record<string, string> {
  const own = named(headers);
  const passed = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !NOT_SENT.has(name) && !OURS.test(name) && !own.has(name),
  );
  return {
    ...Object.fromEntries(passed.map(([name, value]) => [name, [value ?? ""].flat().join(", ")])),
    // The usage of an answer is read on its way.
    "accept-encoding": "identity",
    ...(provider === "anthropic" ? { "x-api-key": secret } : { authorization: `Bearer ${secret}` }),
  };
}

export function returnedHeaders(headers: Headers): Record<string, string | string[]> {
  const own = named(headers);
  const passed = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || NOT_RETURNED.has(name) || CROSS_ORIGIN.test(name) || own.has(name) ? [] : [[name, value]],
  );
  return Object.fromEntries(passed);
}

/** An id may come in a header of ours, in the W3C baggage, or as the id of the trace, which `claim` sets to the task. */
export function taskIdOf(headers: Headers): string | undefined {
  const [own] = [headers["bailiwick-task"]].flat();
  const [, inBaggage] =
    /(?:^|,)\s*bailiwick\.task\.id\s*=\s*([0-9a-fA-F-]{36})/.exec([headers.baggage ?? ""].flat().join(",")) ?? [];
  const [, trace] = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec([headers.traceparent ?? ""].flat()[0] ?? "") ?? [];
  const ofTrace = trace?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return [own, inBaggage, ofTrace].find((one) => one !== undefined && UUID.test(one))?.toLowerCase();
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
