/** The OpenAPI 3.1 document: a function of the list of operations. */
import type { TSchema } from "typebox";
import type { Operation, Route } from "../../kernel/operation.ts";
import { PROBLEM_STATUS, type ProblemCode } from "../../kernel/problem.ts";
import { isReadFromQuery, methodOf, parametersOf, pathOf } from "../route.ts";
import { isServed } from "../served.ts";
import { HEADERS, LIMIT_HEADERS, PROBLEM_SCHEMA, SYSTEM_PATHS } from "./openapi-fixed.ts";

export interface OpenApiDocument {
  openapi: "3.1.0";
  info: Record<string, unknown>;
  servers: { url: string }[];
  security: Record<string, string[]>[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: Record<string, unknown>;
}

export interface OpenApiOperation {
  operationId: string;
  responses: Record<string, unknown>;
  parameters?: unknown[];
  requestBody?: unknown;
  security?: unknown[];
  [member: string]: unknown;
}

export function openApiDocument(operations: readonly Operation[], version: string): OpenApiDocument {
  const served = operations.filter(isServed);
  const paths: OpenApiDocument["paths"] = structuredClone(SYSTEM_PATHS);
  for (const operation of served) {
    for (const [index, route] of [operation.route, ...(operation.aliases ?? [])].entries()) {
      const path = `/api${pathOf(route)}`;
      paths[path] = { ...paths[path], [methodOf(route).toLowerCase()]: describe(operation, route, index) };
    }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Bailiwick",
      version,
      summary: "The control plane where AI agents work together under human authority.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { session: [] }],
    tags: [...new Set(["system", ...served.map(areaOf)])].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: PROBLEM_SCHEMA },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "The key of an agent or a service." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "bailiwick_session",
          description: "The session of a person who signed in; `__Host-bailiwick_session` where the server has TLS.",
        },
      },
      parameters: PARAMETERS,
      headers: HEADERS,
    },
  };
}

const PARAMETERS = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "A repeat with the same key and input answers what the first call answered. Kept for 7 days.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
  },
  Workspace: {
    name: "Bailiwick-Workspace",
    in: "header",
    description: "The workspace a person works in; their own unless told. A key belongs to exactly one.",
    schema: { type: "string", format: "uuid" },
  },
};

export function areaOf({ name }: Operation): string {
  return name.slice(0, name.indexOf("."));
}

function describe(operation: Operation, route: Route, index: number): OpenApiOperation {
  const { name, summary, description, input } = operation;
  const isPublic = operation.kind === "public";
  const body = bodySchema(operation, route);
  return {
    // Ids must differ, so an alias carries its method and, should that repeat, its place.
    operationId: index === 0 ? name : `${name}.${methodOf(route).toLowerCase()}${index > 1 ? index : ""}`,
    summary,
    ...(description && { description }),
    tags: [areaOf(operation)],
    ...(isPublic ? { security: [] } : { "x-permission": operation.permission }),
    parameters: [...inputParameters(operation, route), ...headerParameters(operation, route)],
    ...(body !== undefined && {
      requestBody: {
        required: (input.required ?? []).some((field) => !parametersOf(route).includes(field)),
        content: { "application/json": { schema: body } },
      },
    }),
    responses: responses(operation, route),
  };
}

function inputParameters({ input }: Operation, route: Route): unknown[] {
  const inPath = parametersOf(route);
  const required = new Set(input.required ?? []);
  return Object.entries(input.properties).flatMap(([name, schema]) => {
    if (inPath.includes(name)) return [{ name, in: "path", required: true, schema }];
    if (!isReadFromQuery(route)) return [];
    return [{ name, in: "query", required: required.has(name), schema }];
  });
}

function headerParameters(operation: Operation, route: Route): unknown[] {
  if (operation.kind === "public") return [];
  const own = methodOf(route) === "POST" ? ["IdempotencyKey"] : [];
  return [...own, "Workspace"].map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

/** The input without what the path carries. */
function bodySchema({ input }: Operation, route: Route): Record<string, unknown> | undefined {
  if (isReadFromQuery(route)) return undefined;
  const inPath = parametersOf(route);
  const properties = Object.entries(input.properties).filter(([name]) => !inPath.includes(name));
  if (properties.length === 0) return undefined;
  const required = (input.required ?? []).filter((name) => !inPath.includes(name));
  const { required: _all, ...rest } = input;
  return { ...rest, properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

/** What a call can be answered besides the operation's own problems. */
const ALWAYS: readonly ProblemCode[] = ["invalid_input", "rate_limited", "overloaded", "unavailable"];
/** A workspace that is not the caller's is not found, whatever is asked of it. */
const WITH_CREDENTIAL: readonly ProblemCode[] = ["unauthenticated", "forbidden", "not_found"];
const WITH_BODY: readonly ProblemCode[] = ["too_large", "unsupported_media_type"];
const WITH_KEY: readonly ProblemCode[] = ["in_flight", "idempotency_mismatch"];
/** What stores counts against the bytes of a day. */
const STORING: readonly ProblemCode[] = ["tier_limit"];

/** Every problem a route can answer, by status. */
export function problemsByStatus(operation: Operation, route: Route): Map<number, ProblemCode[]> {
  const isPublic = operation.kind === "public";
  const codes = new Set<ProblemCode>([
    ...operation.problems,
    ...ALWAYS,
    ...(isPublic ? [] : WITH_CREDENTIAL),
    ...(methodOf(route) === "GET" ? [] : (["origin"] as const)),
    // A DELETE takes no body, and is told so when it comes with one that is no JSON.
    ...(methodOf(route) === "GET" ? [] : WITH_BODY),
    ...(methodOf(route) === "POST" && !isPublic ? WITH_KEY : []),
    ...(operation.kind === "command" || operation.kind === "hot" ? STORING : []),
  ]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const status = PROBLEM_STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

function headersOf(status: number): Record<string, unknown> {
  const retryAfter = { "Retry-After": { $ref: "#/components/headers/RetryAfter" } };
  return status === 429 ? { ...retryAfter, ...LIMIT_HEADERS } : retryAfter;
}

function responses(operation: Operation, route: Route): Record<string, unknown> {
  const output: TSchema = operation.output;
  const problems = [...problemsByStatus(operation, route)].map(([status, codes]) => [
    String(status),
    {
      description: codes.join(", "),
      ...([429, 503].includes(status) && { headers: headersOf(status) }),
      content: {
        "application/problem+json": {
          schema: {
            allOf: [
              { $ref: "#/components/schemas/Problem" },
              { type: "object", properties: { code: { enum: codes } } },
            ],
          },
        },
      },
    },
  ]);
  return {
    [String(operation.status ?? 200)]: {
      description: "Done.",
      headers: LIMIT_HEADERS,
      content: { "application/json": { schema: output } },
    },
    ...Object.fromEntries(problems),
  };
}
