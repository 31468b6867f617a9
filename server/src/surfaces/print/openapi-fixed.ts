/** The parts of the document that no operation describes. */
import type { OpenApiDocument } from "./openapi.ts";

export const PROBLEM_SCHEMA = {
  description: "A failure, as RFC 9457 has it. `code` is what programs decide on, `detail` what people read.",
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
    next_step: { type: "string", description: "What a caller may do about it." },
  },
  additionalProperties: true,
};

export const HEADERS = {
  RetryAfter: {
    description: "Seconds after which the same request may be sent again.",
    schema: { type: "integer", minimum: 1 },
  },
  RateLimitPolicy: {
    description:
      "The limit the request was counted against, as draft-ietf-httpapi-ratelimit-headers-10 has it: `q` requests in `w` seconds. `reads` and `writes` are those of the credential, `network-reads` and `network-writes` those of the network.",
    schema: { type: "string", examples: ['"writes";q=300;w=60'] },
  },
  RateLimit: {
    description: "What is left of it: `r` requests, and all of them again in `t` seconds.",
    schema: { type: "string", examples: ['"writes";r=244;t=12'] },
  },
};

/** On every answer of a route that is limited. */
export const LIMIT_HEADERS = {
  "RateLimit-Policy": { $ref: "#/components/headers/RateLimitPolicy" },
  RateLimit: { $ref: "#/components/headers/RateLimit" },
};

const PROBLEM_ANSWER = {
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const RATE_LIMITED = {
  description: "rate_limited",
  headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" }, ...LIMIT_HEADERS },
  ...PROBLEM_ANSWER,
};

const OK = {
  description: "So it is.",
  content: { "application/json": { schema: { type: "object", properties: { status: { const: "ok" } } } } },
};

const BILLING_EVENT = {
  type: "object",
  required: ["type", "timestamp", "data"],
  properties: {
    type: {
      type: "string",
      description:
        "`subscription.created` and `subscription.updated` put the workspace on `data.tier_name`, `subscription.deleted` puts it on free; others are ignored.",
    },
    timestamp: { type: "string", format: "date-time", description: "Older news than what is known changes nothing." },
    data: {
      type: "object",
      properties: { workspace_id: { type: "string", format: "uuid" }, tier_name: { type: "string" } },
    },
  },
};

const BILLING_WEBHOOK = {
  operationId: "webhooks.billing",
  summary: "What a billing system says of subscriptions, signed as Standard Webhooks has it.",
  description: "There only where a secret is configured. Deliveries may come late, twice and out of order.",
  tags: ["system"],
  security: [],
  parameters: ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => ({
    name,
    in: "header",
    required: true,
    schema: { type: "string" },
  })),
  requestBody: { required: true, content: { "application/json": { schema: BILLING_EVENT } } },
  responses: {
    "200": {
      description: "Applied, applied before, or ignored.",
      content: { "application/json": { schema: { type: "object" } } },
    },
    "400": { description: "invalid_input", ...PROBLEM_ANSWER },
    "401": { description: "The signature is missing, wrong or old.", ...PROBLEM_ANSWER },
    "404": { description: "There is no such workspace, or no secret is configured.", ...PROBLEM_ANSWER },
    "409": { description: "The same delivery is being applied, or its id was used for another.", ...PROBLEM_ANSWER },
    "413": { description: "too_large", ...PROBLEM_ANSWER },
    "415": { description: "unsupported_media_type", ...PROBLEM_ANSWER },
    "429": RATE_LIMITED,
    "503": { description: "unavailable", ...PROBLEM_ANSWER },
  },
};

export const SYSTEM_PATHS: OpenApiDocument["paths"] = {
  "/api/obs/webhooks/billing": { post: BILLING_WEBHOOK },
  "/api/health": {
    get: {
      operationId: "system.health",
      summary: "Whether the process lives.",
      tags: ["system"],
      security: [],
      responses: { "200": OK },
    },
  },
  "/api/ready": {
    get: {
      operationId: "system.ready",
      summary: "Whether the database is reachable and its migrations are current.",
      tags: ["system"],
      security: [],
      responses: {
        "200": OK,
        "503": { description: "Not ready. `Retry-After` says when to ask again.", ...PROBLEM_ANSWER },
      },
    },
  },
  "/api/openapi.json": {
    get: {
      operationId: "system.openapi",
      summary: "This document.",
      tags: ["system"],
      security: [],
      responses: {
        "200": {
          description: "OpenAPI 3.1.",
          headers: LIMIT_HEADERS,
          content: { "application/json": { schema: { type: "object" } } },
        },
        "429": RATE_LIMITED,
      },
    },
  },
  "/api/live": {
    get: {
      operationId: "system.live",
      summary: "The facts of the workspace as they happen, as server-sent events.",
      description:
        "Each `fact` event carries a fact as JSON and an id to resume from with `Last-Event-ID`. `reset` says that the position is of another time: load anew. A comment every 15 seconds shows that the stream lives.",
      tags: ["system"],
      "x-permission": "audit:read",
      parameters: [
        {
          name: "type",
          in: "query",
          description: "Only facts whose type begins so.",
          schema: { type: "string", maxLength: 100 },
        },
        {
          name: "subject_id",
          in: "query",
          description: "Only facts about this.",
          schema: { type: "string", format: "uuid" },
        },
        {
          name: "last_event_id",
          in: "query",
          description: "In place of the header.",
          schema: { type: "string", maxLength: 400 },
        },
        {
          name: "Last-Event-ID",
          in: "header",
          description:
            "Resume after this event. From an id that is none of this workspace's log the stream begins with a reset.",
          schema: { type: "string", maxLength: 400 },
        },
        { $ref: "#/components/parameters/Workspace" },
      ],
      responses: {
        "200": {
          description: "A stream.",
          headers: LIMIT_HEADERS,
          content: { "text/event-stream": { schema: { type: "string" } } },
        },
        "400": { description: "invalid_input", ...PROBLEM_ANSWER },
        "401": { description: "unauthenticated", ...PROBLEM_ANSWER },
        "403": { description: "forbidden", ...PROBLEM_ANSWER },
        "404": { description: "not_found: the workspace is not the caller's.", ...PROBLEM_ANSWER },
        "429": { ...RATE_LIMITED, description: "rate_limited; overloaded: too many streams are open" },
        "503": { description: "unavailable", ...PROBLEM_ANSWER },
      },
    },
  },
};
