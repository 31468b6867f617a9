/** Any program with an HTTP interface: requests below one address. */
import Type from "typebox";
import { exchange } from "../../kernel/outbound/exchange.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, Json, Literals, Text } from "../../kernel/schema.ts";
import { requireUrl } from "../addresses.ts";
import type { Adapter, Opened } from "./adapter.ts";
import { attemptOf, errorText, objectIn } from "./attempt.ts";
import { pathFault, urlBelow } from "./http-rules.ts";
import { ANSWER_BYTES_MAX, ATTEMPT_MS_MAX, TEST_MS_MAX, URL_LENGTH_MAX, USER_AGENT } from "./limits.ts";
import { answered } from "./tests.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const ID_LENGTH_MAX = 200;
const PATH_LENGTH_MAX = 2_000;
const REFUSED = new Set([401, 403]);

/** A secret with a space names its own scheme, such as `Basic …`. */
function authorization(secret: string | undefined): Record<string, string> {
  if (secret === undefined) return {};
  return { authorization: secret.includes(" ") ? secret : `Bearer ${secret}` };
}

const baseOf = ({ config }: Pick<Opened, "config">) => String(config.base_url);

export const HTTP: Adapter = {
  service_type: "http",
  category: "do",
  config: Fields({ base_url: Text(URL_LENGTH_MAX), repeats_safely: Type.Optional(Type.Boolean()) }),
  secret: "optional",
  types: [
    {
      action_type: "send_request",
      payload_schema: Fields({
        path: Type.Optional(
          Type.String({ maxLength: PATH_LENGTH_MAX, description: "Below the address of the connection." }),
        ),
        method: Literals(METHODS),
        body: Type.Optional(Json),
      }),
      repeats_safely: false,
      is_reversible: false,
    },
  ],
  repeatsSafely: ({ repeats_safely }) => repeats_safely === true,
  origin: ({ base_url }) => new URL(String(base_url)).origin,
  requireUsable(connection, env) {
    requireUrl("/config/base_url", baseOf(connection), env);
    const { search, hash } = new URL(baseOf(connection));
    if (search !== "" || hash !== "") throw invalid("/config/base_url", "must have no ? and no #.");
    requireHeaderText(connection.secret);
  },
  requirePayload(_type, { path, method, body }) {
    const fault = path === undefined ? undefined : pathFault(String(path));
    if (fault !== undefined) throw invalid("/payload/path", fault);
    if (method === "GET" && body !== undefined) throw invalid("/payload/body", "must be left out with GET.");
  },
  async test({ secret, ...connection }, { outgoing }) {
    const found = await exchange(
      { method: "GET", url: baseOf(connection), headers: { "user-agent": USER_AGENT, ...authorization(secret) } },
      { ...outgoing, timeoutMs: TEST_MS_MAX, answerBytesMax: ANSWER_BYTES_MAX },
    );
    if (found.answer === "none") return { ok: false, message: errorText(found.error, secret) };
    if (REFUSED.has(found.status)) return { ok: false, message: `The service refuses the secret (${found.status}).` };
    return answered(found.status);
  },
  async send({ secret, ...connection }, { payload, key }, { outgoing }) {
    const { path, method, body } = payload;
    const url = urlBelow(baseOf(connection), path === undefined ? undefined : String(path));
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = text === undefined ? {} : { "content-type": "application/json" };
    const found = await exchange(
      {
        method: String(method),
        url: url.href,
        headers: { "user-agent": USER_AGENT, "idempotency-key": key, ...type, ...authorization(secret) },
        body: text,
      },
      { timeoutMs: ATTEMPT_MS_MAX, ...outgoing, answerBytesMax: ANSWER_BYTES_MAX },
    );
    return attemptOf(found, { now: new Date(), secret, executed: (answer) => ({ result: {}, ...idIn(answer) }) });
  },
};

/** The id of what was made, where the answer names one. */
function idIn(answer: string): { external_id?: string } {
  const { id } = objectIn(answer);
  return typeof id === "string" || typeof id === "number" ? { external_id: String(id).slice(0, ID_LENGTH_MAX) } : {};
}

/** A header cannot carry other characters. */
export function requireHeaderText(secret: string | undefined): void {
  if (secret !== undefined && !/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(secret)) {
    throw invalid("/secret", "must have only printable ASCII characters.");
  }
}
