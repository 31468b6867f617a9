/** What every caller of the API should know, before the operations. */

export function introduction(baseUrl: string): string[] {
  return [
    `**Ways in.** Every operation is one route below \`${baseUrl}/api\`, one function of the SDK, one name for \`bailiwick call\` and, where the key of an agent permits it, one MCP tool at \`/mcp\`.`,
    "**Credentials.** Agents and services send their key as `Authorization: Bearer <key>`. People sign in, and their browser sends a cookie. A person with several workspaces names one in `Bailiwick-Workspace`.",
    "**Reading and changing.** Reads are `GET` with query parameters. Everything else is a `POST` with a JSON body. Unknown fields are refused, and no value is converted to another type. A field marked with `?` may be left out.",
    "**Failures** are `application/problem+json`. Decide on `code`, show `detail`, follow `next_step`. `errors` names the fields that are wrong. With `Retry-After`, send the same request again later.",
    "**Problems of every operation.** `invalid_input`, `rate_limited`, `overloaded` and `unavailable`; with a credential also `unauthenticated`, `forbidden` and `not_found`; with a body `origin`, `too_large` and `unsupported_media_type`; with an idempotency key `in_flight` and `idempotency_mismatch`; for a command `tier_limit`. An operation lists the others.",
    "**Repeating.** Send an `Idempotency-Key` with a `POST`. A repeat with the same key and input returns the result of the first call and changes nothing.",
    "**Limits.** A credential may read and write a number of times a minute, a network ten times as often. `RateLimit-Policy` names the limit, `RateLimit` what is left of it. Beyond it the status is 429.",
    "**Lists** return `items` and `next_cursor`. Pass the cursor back until it is null.",
    "**Values.** Ids are UUIDs. Times are ISO 8601 in UTC. Money is US dollars, in fields that end in `_usd`.",
    "**Live.** `GET /api/live` streams the facts of the workspace as server-sent events.",
  ];
}
