/** Reads the OpenAPI document, which is all that the fuzzer knows about the operations. */
import { Compile, type Validator } from "typebox/compile";

/** The part of JSON Schema that the document uses. */
export interface Schema {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}

interface Response {
  type: string;
  body: Validator;
  /** The same body as a tool gives it: without the fields that are null. */
  toolBody: Validator;
}

export interface Endpoint {
  name: string;
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  /** The kind of the `id` in the path: `agents` in `/api/agents/{id}`. */
  resource: string;
  /** The kind of the rows in the endpoint's answers. */
  topics: string[];
  parameters: Parameter[];
  body: Schema | undefined;
  isStream: boolean;
  responses: Map<number, Response>;
}

interface Described {
  operationId: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

type Json = Record<string, unknown>;

export function endpointsOf(text: string): Endpoint[] {
  const document = JSON.parse(text) as Json;
  const { paths } = withoutReferences(document, document) as { paths: Record<string, Record<string, Described>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => endpoint(path, method.toUpperCase(), described)),
  );
}

function endpoint(path: string, method: string, described: Described): Endpoint {
  const { operationId, tags, parameters = [], requestBody } = described;
  const fixed = path.split("/").filter((part) => part !== "" && !part.startsWith("{"));
  const topic = tags[0] ?? "";
  const responses = Object.entries(described.responses).map(([status, { content }]): [number, Response] => {
    const [[type, { schema }] = ["", { schema: {} }]] = Object.entries(content);
    return [Number(status), { type, body: Compile(schema as never), toolBody: Compile(withoutNulls(schema) as never) }];
  });
  return {
    name: operationId,
    // The document has only these four methods; a fifth would get a 404 and so be found.
    method: method as Endpoint["method"],
    path,
    resource: /([^/]+)\/\{id\}/.exec(path)?.[1] ?? topic,
    topics: [topic, fixed.at(-1) ?? topic],
    parameters,
    body: requestBody?.content["application/json"]?.schema,
    isStream: responses.some(([, { type }]) => type === "text/event-stream"),
    responses: new Map(responses),
  };
}

/** Returns the schema in which a field that may be null is optional. */
function withoutNulls(schema: Schema): Schema {
  const { properties = {}, required, items, anyOf, allOf } = schema;
  const fields = Object.entries(properties).map(([name, field]) => [name, withoutNulls(field)] as const);
  return {
    ...schema,
    ...(schema.properties && { properties: Object.fromEntries(fields) }),
    ...(required && { required: required.filter((name) => !mayBeNull(properties[name])) }),
    ...(items && { items: withoutNulls(items) }),
    ...(anyOf && { anyOf: anyOf.map(withoutNulls) }),
    ...(allOf && { allOf: allOf.map(withoutNulls) }),
  };
}

function mayBeNull({ type, anyOf, allOf, enum: values }: Schema = {}): boolean {
  if (anyOf) return anyOf.some(mayBeNull);
  if (allOf) return allOf.every(mayBeNull);
  const isAnyValue = type === undefined && values === undefined;
  return type === "null" || isAnyValue;
}

/** Replaces every `$ref` by its target. */
function withoutReferences(value: unknown, document: Json): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => withoutReferences(item, document));
  const { $ref } = value as { $ref?: unknown };
  if (typeof $ref === "string") {
    const steps = $ref.slice("#/".length).split("/");
    const target = steps.reduce<unknown>((at, step) => (at as Json)[step], document);
    return withoutReferences(target, document);
  }
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutReferences(field, document)]));
}
