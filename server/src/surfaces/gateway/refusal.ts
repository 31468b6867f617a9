/** Problems in the words of each provider, so that its clients stop in place of trying again and again. Pure. */
import type { Problem } from "../../kernel/problem.ts";
import type { Provider } from "./paths.ts";

export interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

const MESSAGES_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
};
const HOUR_SECONDS = 3_600;

export function refusalOf(provider: Provider, problem: Problem, requestId: string, nowMs: number): Refusal {
  const { details } = problem;
  const isOurs = problem.code === "blocked" && typeof details.ends === "string";
  const status = isOurs ? 429 : statusOf(problem);
  const next = !isOurs && details.next_step !== undefined ? ` ${details.next_step}` : "";
  const message = `${problem.message}${next}`;
  const resetsAt = typeof details.resets_at === "string" ? Date.parse(details.resets_at) : undefined;
  const waitSeconds = resetsAt === undefined ? undefined : Math.max(1, Math.ceil((resetsAt - nowMs) / 1_000));
  const about = { provider, status, message, requestId, details: isOurs ? details : {} };
  if (provider === "anthropic") return ofMessages(about, isOurs, waitSeconds, details.retry_after_seconds);
  return ofOpenAi(about, resetsAt, details.retry_after_seconds);
}

function statusOf({ status }: Problem): number {
  // A conflict is no error that clients of providers know.
  return status === 409 ? 400 : status;
}

interface About {
  status: number;
  message: string;
  requestId: string;
  details: Readonly<Record<string, unknown>>;
}

/** Claude Code stops after one request for `billing_error` with `x-should-retry: false`, and shows the message. */
function ofMessages(
  about: About,
  isOurs: boolean,
  waitSeconds: number | undefined,
  retry: number | undefined,
): Refusal {
  const { status, message, requestId, details } = about;
  const isSoon = !isOurs || details.ends === "soon";
  const type = isOurs && !isSoon ? "billing_error" : (MESSAGES_TYPES[status] ?? "api_error");
  const after = isOurs && !isSoon ? (waitSeconds ?? HOUR_SECONDS) : isOurs ? 10 : retry;
  return {
    status,
    headers: {
      ...(isOurs && !isSoon && { "x-should-retry": "false" }),
      ...(after !== undefined && { "retry-after": String(after) }),
    },
    body: { type: "error", error: { type, message, ...details }, request_id: requestId },
  };
}

/** Codex shows the message of a 400, and the time of `usage_limit_reached`. It waits in silence for a long `retry-after`. */
function ofOpenAi(
  { status, message, details }: About,
  resetsAtMs: number | undefined,
  retry: number | undefined,
): Refusal {
  if (details.ends === "window" && resetsAtMs !== undefined) {
    const resets_at = Math.ceil(resetsAtMs / 1_000);
    const error = { ...details, type: "usage_limit_reached", code: "usage_limit_reached", message, resets_at };
    return { status: 429, headers: {}, body: { error } };
  }
  if (details.ends === "soon") {
    const error = { type: "rate_limit_exceeded", code: "rate_limit_exceeded", message };
    return { status: 429, headers: { "retry-after": "10" }, body: { error } };
  }
  const isOurs = details.ends !== undefined;
  const type = isOurs ? "billing_error" : status >= 500 ? "server_error" : "invalid_request_error";
  const code = isOurs ? "billing_error" : status === 401 ? "invalid_api_key" : null;
  return {
    status: isOurs ? 400 : status,
    headers: retry === undefined ? {} : { "retry-after": String(retry) },
    body: { error: { ...details, type, code, param: null, message } },
  };
}
