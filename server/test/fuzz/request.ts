/** Makes the request of a plan from values of the server's earlier answers. */
import type { Endpoint } from "./document.ts";
import type { Memory } from "./memory.ts";
import type { Plan, Spoil } from "./plans.ts";
import { Seen } from "./values.ts";

export interface Request {
  method: Endpoint["method"];
  url: string;
  headers: Record<string, string>;
  payload: string | undefined;
  /** True when the request has unknown fields, so it must not succeed. */
  isUnfit: boolean;
}

type Many = Extract<Spoil, { kind: "many" }>;

type Fields = Record<string, unknown>;

export function requestOf(
  endpoint: Endpoint,
  plan: Plan,
  { own, memory, isTool }: { own: Record<string, string>; memory: Memory; isTool: boolean },
): Request {
  const takes = Object.keys(endpoint.body?.properties ?? {});
  const row = memory.rowFor(endpoint, plan.caller, takes, plan.pick);
  const resolve = (value: unknown): unknown => {
    if (value instanceof Seen) return memory.recall(value, endpoint, row);
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(resolve);
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, resolve(field)]));
  };
  const path = resolve(plan.path) as Fields;
  if (typeof row?.id === "string" && plan.pick % 20 > 1 && "id" in path) path.id = row.id;
  const query = resolve(plan.query) as Fields;
  const body = resolve(plan.body) as Fields | undefined;
  // Numbers of the row prove a state to the server: the fence, the revision.
  if (body && plan.pick % 10 < 8) {
    for (const name of takes) if (!(name in body) && typeof row?.[name] === "number") body[name] = row[name];
  }
  const headers = { ...own, ...headersOf(resolve(plan.headers) as Fields, own) };
  if (body) headers["content-type"] = "application/json";
  return (isTool ? toolCall : spoilt)(endpoint, { path, query, headers, body }, plan.spoil);
}

/** Often keeps the caller's own workspace instead of the generated one. */
function headersOf(given: Fields, own: Record<string, string>): Record<string, string> {
  const written = Object.entries(given).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value).replaceAll(/[^\x20-\x7e]/g, "?"),
  ]);
  const keepsOwn = own.cookie !== undefined && String(given["Bailiwick-Workspace"] ?? "a").charCodeAt(0) % 2 === 1;
  return Object.fromEntries(written.filter(([name]) => !(keepsOwn && name === "bailiwick-workspace")));
}

interface Parts {
  path: Fields;
  query: Fields;
  headers: Record<string, string>;
  body: Fields | undefined;
}

/** Changes the fields as planned. Returns true when the request now has unknown fields. */
function spoilFields(endpoint: Endpoint, parts: Parts, spoil: Spoil | null): boolean {
  const { path, query, body } = parts;
  const names = {
    path: Object.keys(path),
    query: Object.keys(parameters(endpoint)),
    body: Object.keys(endpoint.body?.properties ?? {}),
  };
  const own = body ? "body" : "query";
  switch (spoil?.kind) {
    case "field": {
      const name = names[spoil.where][spoil.which % Math.max(1, names[spoil.where].length)];
      const fields = parts[spoil.where];
      if (fields && name !== undefined) fields[name] = spoil.value;
      return false;
    }
    case "missing": {
      const given = Object.keys(body ?? {});
      const name = given[spoil.which % Math.max(1, given.length)];
      if (body && name !== undefined) delete body[name];
      return false;
    }
    case "unknown": {
      const fields = parts[spoil.where];
      if (fields) Object.defineProperty(fields, spoil.name, { value: spoil.value, enumerable: true });
      // A parameter without a name does not count.
      return fields !== undefined && spoil.name !== "" && ![...names.path, ...names[own]].includes(spoil.name);
    }
    case "many":
      spoilMany(body ?? query, names[own], spoil);
      return true;
    default:
      return false;
  }
}

function spoilMany(fields: Fields, names: readonly string[], { count, wrong, which, values }: Many): void {
  for (let index = 0; index < Math.min(wrong, names.length); index++) {
    const name = names[(which + index) % names.length];
    if (name !== undefined) fields[name] = values[index % values.length];
  }
  for (let index = 0; index < count; index++) fields[`unheard_of_${index}`] = index % 2 === 0;
}

function spoilt(endpoint: Endpoint, parts: Parts, spoil: Spoil | null): Request {
  const { path, query, headers, body } = parts;
  const isUnfit = spoilFields(endpoint, parts, spoil);
  if (spoil?.kind === "header") headers[spoil.name] = spoil.value;
  if (spoil?.kind === "raw") headers["content-type"] ??= "application/json";
  const payload = spoil?.kind === "raw" ? spoil.text : body && JSON.stringify(body);
  const url = endpoint.path.replace(/\{([a-z_]+)\}/g, (_, name: string) => pathPart(path[name]));
  const written = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(textOf(value))}`);
  const search = spoil?.kind === "query" ? spoil.text : written.join("&");
  return { method: endpoint.method, url: search === "" ? url : `${url}?${search}`, headers, payload, isUnfit };
}

/** Makes a call of a tool from the same plan. Path parameters and a text that is no JSON become its arguments. */
function toolCall(endpoint: Endpoint, parts: Parts, spoil: Spoil | null): Request {
  const { path, query, headers, body } = parts;
  // The protocol library drops a `__proto__` in the arguments before the server gets them.
  const isDropped = spoil?.kind === "unknown" && spoil.name === "__proto__";
  const isUnfit = spoilFields(endpoint, parts, spoil) && !isDropped;
  if (spoil?.kind === "header") headers[spoil.name] = spoil.value;
  const own =
    spoil?.kind === "raw" || spoil?.kind === "query" ? spoil.text : merged(waitOf(endpoint), path, query, body ?? {});
  const params = { name: toolName(endpoint), arguments: own };
  return {
    method: "POST",
    url: "/mcp",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
      host: "127.0.0.1:7300",
    },
    payload: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    isUnfit,
  };
}

/** These tools wait by themselves. Long polls would slow the test. */
const waitOf = ({ name }: Endpoint): Fields =>
  name === "gate.ask_permission" || name.startsWith("wait.") ? { wait_seconds: 0 } : {};

export function toolName({ name }: Endpoint): string {
  return name.replaceAll(/[.-]/g, "_");
}

/** Adds a `__proto__` as an ordinary field. */
function merged(...all: readonly Fields[]): Fields {
  return Object.fromEntries(all.flatMap((fields) => Object.entries(fields)));
}

function parameters({ parameters }: Endpoint): Fields {
  return Object.fromEntries(parameters.filter((one) => one.in === "query").map(({ name }) => [name, null]));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** An empty segment, one dot or two dots make another path, of another endpoint or of none. */
function pathPart(value: unknown): string {
  const text = textOf(value).slice(0, 400);
  return /^\.{0,2}$/.test(text) ? "-" : encoded(text);
}

/** The request as a `curl` command, so that a person can repeat it. */
export function curl({ method, url, headers, payload }: Request): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const data = payload === undefined ? [] : [`--data-binary ${quote(payload)}`];
  return ["curl -i", `-X ${method}`, ...lines, ...data, quote(`http://127.0.0.1:7300${url}`)].join(" ");
}
