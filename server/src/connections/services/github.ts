/** GitHub: issues and comments. Each body has a hidden marker with the key of the action, so that it is found again. */
import Type from "typebox";
import { exchange } from "../../kernel/outbound/exchange.ts";
import { Fields, isUuid, madeAtMs, Text } from "../../kernel/schema.ts";
import type { Found, Sent } from "../adapter.ts";
import { requireUrl } from "../addresses.ts";
import type { Adapter, Opened, Outside } from "./adapter.ts";
import { attemptOf, errorText, objectIn, startOf } from "./attempt.ts";
import { itemsIn, marked, markerOf, pageUrl, requireNoMarker, requireRepository } from "./github-rules.ts";
import { requireHeaderText } from "./http.ts";
import { ANSWER_BYTES_MAX, ATTEMPT_MS_MAX, TEST_MS_MAX, URL_LENGTH_MAX, USER_AGENT } from "./limits.ts";
import { answered } from "./tests.ts";

const PUBLIC_API = "https://api.github.com";
const TITLE_LENGTH_MAX = 256;
/** GitHub takes 65,536 characters, and the marker is added. */
const BODY_LENGTH_MAX = 65_000;
const LABELS_MAX = 50;
const REFUSED = new Set([401, 403]);
/** A look-up reads so many pages of so many items. */
const PAGES_MAX = 4;
const PAGE_ITEMS = 50;
const LIST_BYTES_MAX = 8 * 1024 * 1024;
const LOOK_MS_MAX = 10_000;
/** The clock of GitHub may be this far from ours. */
const SKEW_MS = 10 * 60_000;

const Repository = Type.String({
  pattern: "^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$",
  maxLength: 201,
  description: "owner/name",
});

const baseOf = ({ base_url }: Opened["config"]) => String(base_url ?? PUBLIC_API).replace(/\/+$/, "");

function headersOf(secret: string | undefined): Record<string, string> {
  return {
    accept: "application/vnd.github+json",
    "content-type": "application/json",
    "user-agent": USER_AGENT,
    "x-github-api-version": "2022-11-28",
    authorization: `Bearer ${secret}`,
  };
}

function requestOf({ action_type, payload, key }: Sent): { path: string; body: object } {
  const { repository, number, title, body, labels } = payload;
  const text = marked(body === undefined ? undefined : String(body), key);
  if (action_type === "comment_issue") {
    return { path: `/repos/${repository}/issues/${number}/comments`, body: { body: text } };
  }
  return { path: `/repos/${repository}/issues`, body: { title, body: text, ...(labels !== undefined && { labels }) } };
}

export const GITHUB: Adapter = {
  service_type: "github",
  category: "do",
  config: Fields({ base_url: Type.Optional(Text(URL_LENGTH_MAX)) }),
  secret: "required",
  types: [
    {
      action_type: "create_issue",
      payload_schema: Fields({
        repository: Repository,
        title: Text(TITLE_LENGTH_MAX),
        body: Type.Optional(Type.String({ maxLength: BODY_LENGTH_MAX })),
        labels: Type.Optional(Type.Array(Text(50), { maxItems: LABELS_MAX, uniqueItems: true })),
      }),
      repeats_safely: false,
      is_reversible: true,
    },
    {
      action_type: "comment_issue",
      payload_schema: Fields({
        repository: Repository,
        number: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
        body: Text(BODY_LENGTH_MAX),
      }),
      repeats_safely: false,
      is_reversible: true,
    },
  ],
  origin: (config) => new URL(baseOf(config)).origin,
  requireUsable({ config, secret }, env) {
    requireUrl("/config/base_url", baseOf(config), env);
    requireHeaderText(secret);
  },
  requirePayload(_type, payload) {
    requireRepository(payload.repository);
    requireNoMarker(payload);
  },
  async test({ config, secret }, { outgoing }) {
    const found = await exchange(
      { method: "GET", url: `${baseOf(config)}/rate_limit`, headers: headersOf(secret) },
      { ...outgoing, timeoutMs: TEST_MS_MAX, answerBytesMax: ANSWER_BYTES_MAX },
    );
    if (found.answer === "none") return { ok: false, message: errorText(found.error, secret) };
    if (REFUSED.has(found.status)) return { ok: false, message: `GitHub refuses the token (${found.status}).` };
    return { ...answered(found.status), scopes: scopesIn(found.headers["x-oauth-scopes"]) };
  },
  async send({ config, secret }, sent, { outgoing }) {
    const { path, body } = requestOf(sent);
    const found = await exchange(
      { method: "POST", url: `${baseOf(config)}${path}`, headers: headersOf(secret), body: JSON.stringify(body) },
      { timeoutMs: ATTEMPT_MS_MAX, ...outgoing, answerBytesMax: ANSWER_BYTES_MAX },
    );
    return attemptOf(found, {
      now: new Date(),
      secret,
      executed(answer) {
        const { number, id, html_url } = objectIn(answer);
        const external_id = String(number ?? id ?? "");
        return { result: {}, ...(external_id !== "" && { external_id }), ...pageUrl(html_url) };
      },
    });
  },
  lookUp: lookUpMarker,
};

function scopesIn(header: string | string[] | undefined): string[] {
  const text = typeof header === "string" ? header : "";
  return text
    .split(",")
    .map((scope) => scope.trim().slice(0, 100))
    .filter((scope) => scope !== "")
    .slice(0, 50);
}

/** Reads the newest issues, or the comments since the action was proposed, and looks for the marker. */
async function lookUpMarker({ config, secret }: Opened, sent: Sent, { outgoing }: Outside): Promise<Found> {
  const { repository, number } = sent.payload;
  const id = sent.key.slice(0, 36);
  if (!isUuid(id)) return { found: "unknown" };
  const since = new Date(madeAtMs(id) - SKEW_MS);
  const isComment = sent.action_type === "comment_issue";
  const list = isComment
    ? `/repos/${repository}/issues/${number}/comments?since=${since.toISOString()}`
    : `/repos/${repository}/issues?state=all&sort=created&direction=desc`;
  for (let page = 1; page <= PAGES_MAX; page++) {
    const url = `${baseOf(config)}${list}&per_page=${PAGE_ITEMS}&page=${page}`;
    const options = { ...outgoing, timeoutMs: LOOK_MS_MAX, answerBytesMax: LIST_BYTES_MAX };
    const found = await exchange({ method: "GET", url, headers: headersOf(secret) }, options);
    const items = found.answer === "whole" && found.status === 200 ? itemsIn(found.body) : undefined;
    if (!items) return { found: "unknown" };
    const ours = items.find(({ body }) => body.includes(markerOf(sent.key)));
    if (ours) {
      const { external_url = null } = pageUrl(ours.html_url);
      const start = startOf(JSON.stringify(ours), secret);
      return {
        found: "executed",
        returned: { response_status: 200, external_id: ours.id, external_url, start },
      };
    }
    const last = items.at(-1);
    const isPast = !isComment && last !== undefined && new Date(last.created_at) < since;
    if (items.length < PAGE_ITEMS || isPast) return { found: "nothing" };
  }
  return { found: "unknown" };
}
