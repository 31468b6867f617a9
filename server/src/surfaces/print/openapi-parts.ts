/** The components of the OpenAPI document that no operation describes. */

export const PROBLEM = {
  description: "A failure, as RFC 9457 defines it. Programs decide on `code`, people read `detail`.",
  type: "object",
  required: ["type", "title", "status", "code", "detail", "request_id"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string" },
    detail: { type: "string" },
    request_id: { type: "string" },
    errors: {
      type: "array",
      description: "The fields that are wrong; `path` is a JSON pointer into the input.",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
    retry_after_seconds: { type: "number" },
    next_step: { type: "string", description: "What the caller may do about the failure." },
  },
  additionalProperties: true,
};

export const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", description: "The key of an agent or a service." },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "bailiwick_session",
    description: "The session of a person who signed in; `__Host-bailiwick_session` where the server has TLS.",
  },
};

export const PARAMETERS = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "A repeat with the same key and input returns the result of the first call. Kept for 7 days.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
  },
  Workspace: {
    name: "Bailiwick-Workspace",
    in: "header",
    description: "The workspace a person works in. Without it, the person's own. A key belongs to exactly one.",
    schema: { type: "string", format: "uuid" },
  },
};

export const HEADERS = {
  RetryAfter: {
    description: "Seconds after which the same request may be sent again.",
    schema: { type: "integer", minimum: 1 },
  },
  RateLimitPolicy: {
    description:
      "The limit that counted the request, as draft-ietf-httpapi-ratelimit-headers-10 defines it: `q` requests in `w` seconds. `reads` and `writes` are those of the credential, `network-reads` and `network-writes` those of the network.",
    schema: { type: "string", examples: ['"writes";q=300;w=60'] },
  },
  RateLimit: {
    description: "What is left of the limit: `r` requests, and all of them again in `t` seconds.",
    schema: { type: "string", examples: ['"writes";r=244;t=12'] },
  },
};

export function reference(kind: "headers" | "parameters" | "responses" | "schemas", name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}

const RETRY_AFTER = { "Retry-After": reference("headers", "RetryAfter") };

/** On every response of a route that is limited. */
export const LIMIT_HEADERS = {
  "RateLimit-Policy": reference("headers", "RateLimitPolicy"),
  RateLimit: reference("headers", "RateLimit"),
};

/** The headers of a problem, by its status. */
export const PROBLEM_HEADERS: Readonly<Record<number, object>> = {
  429: { ...RETRY_AFTER, ...LIMIT_HEADERS },
  503: RETRY_AFTER,
};
