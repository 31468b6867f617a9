/** Calls an external agent to see if it is there. Outside any transaction. */
import type { Environment } from "../kernel/environment.ts";
import { exchange } from "../kernel/outbound/exchange.ts";
import { handshake } from "../kernel/outbound/handshake.ts";
import { cutError, healthUrl, LINK_SCHEMES, type Link, linkHeaders } from "./link-rules.ts";

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;

export interface Reached {
  ok: boolean;
  message: string;
  response_status: number | null;
  latency_ms: number;
}

export async function reach(link: Link, env: Pick<Environment, "settings">): Promise<Reached> {
  const startedMs = performance.now();
  const found = await call(link, { allowed: env.settings.privateHosts, timeoutMs: TIMEOUT_MS });
  return {
    ...found,
    message: cutError(found.message, link),
    latency_ms: Math.round(performance.now() - startedMs),
  };
}

async function call(link: Link, options: { allowed: readonly string[]; timeoutMs: number }) {
  const { agent_type, url } = link;
  if (agent_type !== "http_api" && agent_type !== "websocket") {
    return { ok: true, message: "An agent of this type needs no connection.", response_status: null };
  }
  const schemes = LINK_SCHEMES[agent_type];
  if (!URL.canParse(url) || !schemes.includes(new URL(url).protocol)) {
    return { ok: false, message: `The address must begin with ${schemes.join("// or ")}//.`, response_status: null };
  }
  if (agent_type === "websocket") {
    const met = await handshake(url, linkHeaders(link), options);
    const message = met.ok ? "The agent accepts the web socket." : met.error;
    return { ok: met.ok, message, response_status: met.status };
  }
  const outgoing = { method: "GET", url: healthUrl(url), headers: linkHeaders(link) };
  const found = await exchange(outgoing, { ...options, answerBytesMax: ANSWER_BYTES_MAX });
  if (found.answer === "none" || (found.answer === "part" && !found.cut)) {
    return { ok: false, message: found.error, response_status: null };
  }
  const { status } = found;
  return { ok: status >= 200 && status < 300, message: `The agent answered ${status}.`, response_status: status };
}
