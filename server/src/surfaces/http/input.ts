/** Makes an operation's input from path, query and body. The dispatcher validates the input. */
import type { FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import type { Operation, Route } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { isReadFromQuery, parametersOf } from "../route.ts";
import { requireUtf8, unsupportedMediaType } from "./errors.ts";
import { readJson } from "./json.ts";

type Input = Record<string, unknown>;
export type ReadRequest = (request: FastifyRequest) => Input;

const WHOLE_NUMBER = /^-?[0-9]{1,9}$/;

export function requestReader(operation: Operation, route: Route): ReadRequest {
  const readText = textReader(operation);
  const parameters = parametersOf(route);
  const own = isReadFromQuery(route) ? queryReader(readText) : bodyInput;
  return (request) => {
    const input = own(request);
    // Fastify types the parameters as unknown. The router makes them an object of strings.
    const given = request.params as Record<string, string>;
    for (const name of parameters) {
      if (Object.hasOwn(input, name)) throw invalid(`/${name}`, "is in the path already and must not be a field too.");
      input[name] = readText(name, given[name] ?? "");
    }
    return input;
  };
}

function queryReader(readText: (name: string, text: string) => unknown): ReadRequest {
  return (request) => {
    if (hasBody(request)) throw invalid("", "This route reads no body. Send the fields as query parameters.");
    const input: Input = {};
    // Fastify types the query as unknown. Its parser makes it an object of strings, and of lists for repeated names.
    const query = request.query as Record<string, string | string[]>;
    for (const name in query) {
      const text = query[name];
      if (text === undefined || name === "__proto__") throw invalid(`/${name}`, "is not a field of this operation.");
      if (typeof text !== "string") throw invalid(`/${name}`, "is given more than once.");
      input[name] = readText(name, text);
    }
    return input;
  };
}

function hasBody({ body, headers }: FastifyRequest): boolean {
  return (body instanceof Buffer && body.length > 0) || Number(headers["content-length"] ?? 0) > 0;
}

function bodyInput(request: FastifyRequest): Input {
  for (const name in request.query as Input) {
    throw invalid(`/${name}`, "is a query parameter, but this operation reads its input from the body.");
  }
  const { body } = request;
  if (!(body instanceof Buffer) || body.length === 0) return {};
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw unsupportedMediaType();
  requireUtf8(request);
  const input = readJson(body);
  if (input === null || typeof input !== "object" || Array.isArray(input)) {
    throw new Problem("invalid_input", "The body must be a JSON object.", {
      errors: [{ path: "", message: "must be a JSON object." }],
    });
  }
  // JSON.parse returned an object that is no list.
  return input as Input;
}

/**
 * Converts texts to the types that the operation expects. A text that does not fit stays, so that validation names the
 * field.
 */
function textReader(operation: Operation): (name: string, text: string) => unknown {
  const kinds = new Map(Object.entries(operation.input.properties).map(([name, schema]) => [name, kindOf(schema)]));
  return (name, text) => {
    const kind = kinds.get(name);
    if (kind === "number" && WHOLE_NUMBER.test(text)) return Number(text);
    if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
    return text;
  };
}

type Kind = "number" | "boolean" | "text";

function kindOf(schema: TSchema): Kind {
  const { type, anyOf } = schema as { type?: unknown; anyOf?: TSchema[] };
  if (anyOf) {
    const kinds = new Set(anyOf.filter((branch) => !isNull(branch)).map(kindOf));
    const [only = "text"] = kinds;
    return kinds.size === 1 ? only : "text";
  }
  if (type === "integer" || type === "number") return "number";
  return type === "boolean" ? "boolean" : "text";
}

function isNull(schema: TSchema): boolean {
  return (schema as { type?: unknown }).type === "null";
}
