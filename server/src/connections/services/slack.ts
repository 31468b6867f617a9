/** Slack, through an incoming webhook. The secret is its address. */
import Type from "typebox";
import { exchange } from "../../kernel/outbound/exchange.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, TEXT_LIMITS, Text } from "../../kernel/schema.ts";
import { requireUrl } from "../addresses.ts";
import type { Adapter } from "./adapter.ts";
import { attemptOf, errorText } from "./attempt.ts";
import { ANSWER_BYTES_MAX, ATTEMPT_MS_MAX, TEST_MS_MAX, USER_AGENT } from "./limits.ts";

const CHANNEL_LENGTH_MAX = 80;
/** Slack refuses a message without a text, and so shows that the webhook exists. */
const NO_TEXT = 400;

/** Without this, `<!channel>` in the text of an agent pings everybody. */
export function slackEscaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The part of the address that is secret. */
function secretOf(address: string): string {
  return new URL(address).pathname;
}

function request(address: string, message: object, key?: string) {
  const headers = { "content-type": "application/json", "user-agent": USER_AGENT };
  const keyed = key === undefined ? headers : { ...headers, "idempotency-key": key };
  return { method: "POST", url: address, headers: keyed, body: JSON.stringify(message) };
}

export const SLACK: Adapter = {
  service_type: "slack",
  category: "connect",
  config: Fields({}),
  secret: "required",
  types: [
    {
      action_type: "post_message",
      payload_schema: Fields({
        channel: Type.Optional(Text(CHANNEL_LENGTH_MAX)),
        text: Text(TEXT_LIMITS.text),
      }),
      repeats_safely: false,
      is_reversible: false,
    },
  ],
  origin: () => undefined,
  requireUsable({ secret = "" }, env) {
    requireUrl("/secret", secret, env);
    if (new URL(secret).pathname === "/") throw invalid("/secret", "must be the address of an incoming webhook.");
  },
  async test({ secret = "" }, { outgoing }) {
    const options = { ...outgoing, timeoutMs: TEST_MS_MAX, answerBytesMax: ANSWER_BYTES_MAX };
    const found = await exchange(request(secret, {}), options);
    if (found.answer === "none") return { ok: false, message: errorText(found.error, secretOf(secret)) };
    const ok = found.status === NO_TEXT || (found.status >= 200 && found.status < 300);
    return { ok, message: ok ? "Slack knows the webhook." : `Slack refuses the webhook (${found.status}).` };
  },
  async send({ secret = "" }, { payload, key }, { outgoing }) {
    const { channel, text } = payload;
    const message = { text: slackEscaped(String(text)), ...(channel !== undefined && { channel }) };
    const options = { timeoutMs: ATTEMPT_MS_MAX, ...outgoing, answerBytesMax: ANSWER_BYTES_MAX };
    const found = await exchange(request(secret, message, key), options);
    return attemptOf(found, { now: new Date(), secret: secretOf(secret), executed: () => ({ result: {} }) });
  },
};
