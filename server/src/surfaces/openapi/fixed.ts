/** The parts of the document that no operation describes. */
import type { OpenApiDocument } from "./document.ts";

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

const PROBLEM_ANSWER = {
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const OK = {
  description: "So it is.",
  content: { "application/json": { schema: { type: "object", properties: { status: { const: "ok" } } } } },
};

export const SYSTEM_PATHS: OpenApiDocument["paths"] = {
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
        "200": { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
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
          schema: { type: "string", maxLength: 100 },
        },
        {
          name: "Last-Event-ID",
          in: "header",
          description: "Resume after this event.",
          schema: { type: "string", maxLength: 100 },
        },
        { $ref: "#/components/parameters/Workspace" },
      ],
      responses: {
        "200": { description: "A stream.", content: { "text/event-stream": { schema: { type: "string" } } } },
        "400": { description: "invalid_input", ...PROBLEM_ANSWER },
        "401": { description: "unauthenticated", ...PROBLEM_ANSWER },
        "403": { description: "forbidden", ...PROBLEM_ANSWER },
        "404": { description: "not_found: the workspace is not the caller's.", ...PROBLEM_ANSWER },
        "429": { description: "Too many streams are open.", ...PROBLEM_ANSWER },
        "503": { description: "unavailable", ...PROBLEM_ANSWER },
      },
    },
  },
};
