/** The OpenAPI 3.1 document: a function of the list of operations. */
import type { TObject, TSchema } from "typebox";
import type { Operation, Route } from "../../kernel/operation.ts";
import { isReadFromQuery, methodOf, parametersOf, pathOf } from "../route.ts";
import { isServed } from "../served.ts";
import { extensionsOf } from "./extensions.ts";
import { SCALAR_SCHEMAS, scalarNameOf } from "./named-scalars.ts";
import { HEADERS, LIMIT_HEADERS, PARAMETERS, PROBLEM, reference, SECURITY_SCHEMES } from "./openapi-parts.ts";
import { type ProblemResponses, problemResponses, problemsOf } from "./problem-responses.ts";
import { areaOf, type NamedShape, plain, type Shapes, shapesOf } from "./shapes.ts";
import { SYSTEM_ROUTES, type SystemRoute } from "./system-routes.ts";
import type { Schema } from "./typescript.ts";

export interface OpenApiDocument {
  openapi: "3.1.0";
  info: Record<string, unknown>;
  servers: { url: string }[];
  security: Record<string, string[]>[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: Record<string, Record<string, unknown>>;
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
  const printer: Printer = { operations: served, shapes: shapesOf(served), responses: problemResponses() };
  const paths: OpenApiDocument["paths"] = {};
  const add = (route: Route, described: OpenApiOperation) => {
    const path = `/api${pathOf(route)}`;
    paths[path] = { ...paths[path], [methodOf(route).toLowerCase()]: described };
  };
  for (const system of SYSTEM_ROUTES) add(system.route, describeSystem(printer, system));
  for (const operation of served) {
    for (const [index, route] of [operation.route, ...(operation.aliases ?? [])].entries())
      add(route, describe(printer, operation, route, index));
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
      schemas: { Problem: PROBLEM, ...SCALAR_SCHEMAS, ...declarations(printer.shapes, served) },
      responses: printer.responses.named(),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

interface Printer {
  operations: readonly Operation[];
  shapes: Shapes;
  responses: ProblemResponses;
}

function declarations({ all, nameOf }: Shapes, operations: readonly Operation[]): Record<string, unknown> {
  const inputs = JSON.stringify(operations.map(({ input }) => plain(input)));
  const extensions = extensionsOf(all, ({ schema }) => !inputs.includes(JSON.stringify(schema)));
  const bases = new Set([...extensions.values()].map(({ base }) => base));
  const declare = ({ name, schema }: NamedShape) => {
    const { title: _, additionalProperties, ...fields } = schema;
    const extension = extensions.get(name);
    if (!extension) return parts(bases.has(name) ? fields : { ...fields, additionalProperties }, nameOf);
    const isClosed = additionalProperties === false && !bases.has(name);
    const allOf = [reference("schemas", extension.base), parts(extension.own, nameOf)];
    return { type: "object", allOf, ...(isClosed && { unevaluatedProperties: false }) };
  };
  return Object.fromEntries(all.map((shape) => [shape.name, declare(shape)]));
}

/** The schema, with a reference in place of every named shape inside. */
function parts(schema: Schema, nameOf: Shapes["nameOf"]): Schema {
  const present = Object.entries(schema).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, referring(value, nameOf)]));
}

function referring(value: unknown, nameOf: Shapes["nameOf"]): unknown {
  if (Array.isArray(value)) return value.map((item) => referring(item, nameOf));
  if (value === null || typeof value !== "object") return value;
  const schema = value as Schema;
  const scalar = scalarNameOf(schema);
  const name = scalar ?? nameOf(schema);
  if (name === undefined)
    return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, referring(part, nameOf)]));
  const { description, default: standard } = schema;
  const isEnum = schema.enum !== undefined;
  const isOfField = isEnum || (scalar !== undefined && description !== SCALAR_SCHEMAS[scalar]?.description);
  return {
    ...reference("schemas", name),
    ...(isOfField && description !== undefined && { description }),
    ...(isEnum && standard !== undefined && { default: standard }),
  };
}

const printed = ({ shapes }: Printer, schema: TSchema) => referring(plain(schema), shapes.nameOf);

function describe(printer: Printer, operation: Operation, route: Route, index: number): OpenApiOperation {
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
    parameters: [...inputParameters(printer, input, route), ...headerParameters(operation, route)],
    ...(body && {
      requestBody: {
        required: (input.required ?? []).some((field) => !parametersOf(route).includes(field)),
        content: { "application/json": { schema: printed(printer, body) } },
      },
    }),
    responses: {
      [String(operation.status ?? 200)]: {
        description: "Done.",
        headers: LIMIT_HEADERS,
        content: {
          "application/json": { schema: printed(printer, operation.output) },
          ...Object.fromEntries((operation.text?.types ?? []).map((type) => [type, { schema: { type: "string" } }])),
        },
      },
      ...printer.responses.of(problemsOf(operation, route)),
    },
  };
}

function inputParameters(printer: Printer, input: TObject, route: Route): unknown[] {
  const ofPath = parametersOf(route);
  return Object.entries(input.properties).flatMap(([name, schema]): unknown[] => {
    if (ofPath.includes(name)) return [inPath(name, printed(printer, schema))];
    return isReadFromQuery(route) ? [parameter(printer, "query", input, name)] : [];
  });
}

const inPath = (name: string, schema: unknown) => ({ name, in: "path", required: true, schema });

function parameter(printer: Printer, place: "query" | "header", { properties, required }: TObject, name: string) {
  const schema = printed(printer, properties[name] ?? {});
  return { name, in: place, ...(required?.includes(name) && { required: true }), schema };
}

function headerParameters(operation: Operation, route: Route): unknown[] {
  if (operation.kind === "public") return [];
  const own = methodOf(route) === "POST" ? ["IdempotencyKey"] : [];
  return [...own, "Workspace"].map((name) => reference("parameters", name));
}

/** The input without the fields that the path carries. */
function bodySchema({ input }: Operation, route: Route): TSchema | undefined {
  if (isReadFromQuery(route)) return undefined;
  const inPath = parametersOf(route);
  const properties = Object.entries(input.properties).filter(([name]) => !inPath.includes(name));
  if (properties.length === 0) return undefined;
  const required = (input.required ?? []).filter((name) => !inPath.includes(name));
  const { required: _all, ...rest } = input;
  return { ...rest, properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

function describeSystem(printer: Printer, system: SystemRoute): OpenApiOperation {
  const { name, summary, description, permission, path, query, headers, body, mediaType = "application/json" } = system;
  const all = [
    ...Object.entries(path?.properties ?? {}).map(([field, schema]) => inPath(field, printed(printer, schema))),
    ...Object.keys(query?.properties ?? {}).map((field) => query && parameter(printer, "query", query, field)),
    ...Object.keys(headers?.properties ?? {}).map((field) => headers && parameter(printer, "header", headers, field)),
    ...(system.isKeyed ? [reference("parameters", "IdempotencyKey")] : []),
    ...(permission === undefined ? [] : [reference("parameters", "Workspace")]),
  ];
  const content = { [mediaType]: { schema: printed(printer, outputOf(printer, system)) } };
  return {
    operationId: name,
    summary,
    ...(description && { description }),
    tags: ["system"],
    ...(permission === undefined ? { security: [] } : { "x-permission": permission }),
    ...(all.length > 0 && { parameters: all }),
    ...(body && {
      requestBody: {
        required: true,
        content: { [system.bodyType ?? "application/json"]: { schema: printed(printer, body) } },
      },
    }),
    responses: {
      [String(system.status ?? 200)]: {
        description: "Done.",
        ...(system.isLimited && { headers: LIMIT_HEADERS }),
        content,
      },
      ...printer.responses.of(system.problems),
    },
  };
}

function outputOf({ operations }: Printer, { output }: SystemRoute): TSchema {
  if (!("ofOperation" in output)) return output;
  return operations.find(({ name }) => name === output.ofOperation)?.output ?? {};
}
