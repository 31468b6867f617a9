/** The request that a plan becomes, once it is known what the server told. */
import type { Endpoint } from "./document.ts";
import type { Memory } from "./memory.ts";
import type { Plan, Spoil } from "./plans.ts";
import { Seen } from "./values.ts";

export interface Request {
  method: Endpoint["method"];
  url: string;
  headers: Record<string, string>;
  payload: string | undefined;
}

type Fields = Record<string, unknown>;

export function requestOf(endpoint: Endpoint, plan: Plan, own: Record<string, string>, memory: Memory): Request {
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
  // A number that came with the row proves something to the server: the fence, the revision.
  if (body && plan.pick % 10 < 8) {
    for (const name of takes) if (!(name in body) && typeof row?.[name] === "number") body[name] = row[name];
  }
  const headers = { ...own, ...headersOf(resolve(plan.headers) as Fields, own) };
  if (body) headers["content-type"] = "application/json";
  return spoilt(endpoint, { path, query, headers, body }, plan.spoil);
}

/** The workspace is already chosen, so that only now and then another one is. */
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

function spoilt(endpoint: Endpoint, parts: Parts, spoil: Spoil | null): Request {
  const { path, query, headers, body } = parts;
  let payload: string | undefined;
  let search: string | undefined;
  switch (spoil?.kind) {
    case "field": {
      const fields = spoil.where === "body" ? body : parts[spoil.where];
      const names = Object.keys(
        { path: path, query: parameters(endpoint), body: endpoint.body?.properties ?? {} }[spoil.where],
      );
      const name = names[spoil.which % Math.max(1, names.length)];
      if (fields && name !== undefined) fields[name] = spoil.value;
      break;
    }
    case "missing": {
      const names = Object.keys(body ?? {});
      const name = names[spoil.which % Math.max(1, names.length)];
      if (body && name !== undefined) delete body[name];
      break;
    }
    case "unknown":
      if (spoil.where === "query") query[spoil.name] = spoil.value;
      else if (body) Object.defineProperty(body, spoil.name, { value: spoil.value, enumerable: true });
      break;
    case "header":
      headers[spoil.name] = spoil.value;
      break;
    case "raw":
      payload = spoil.text;
      headers["content-type"] ??= "application/json";
      break;
    case "query":
      search = spoil.text;
      break;
    default:
  }
  if (payload === undefined && body) payload = JSON.stringify(body);
  const url = endpoint.path.replace(/\{([a-z_]+)\}/g, (_, name: string) => pathPart(path[name]));
  search ??= Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(textOf(value))}`)
    .join("&");
  return { method: endpoint.method, url: search === "" ? url : `${url}?${search}`, headers, payload };
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

/** Nothing, one dot or two make another path, which is another endpoint or none. */
function pathPart(value: unknown): string {
  const text = textOf(value).slice(0, 400);
  return /^\.{0,2}$/.test(text) ? "-" : encoded(text);
}

/** As a person would repeat it. */
export function curl({ method, url, headers, payload }: Request): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const data = payload === undefined ? [] : [`--data-binary ${quote(payload)}`];
  return ["curl -i", `-X ${method}`, ...lines, ...data, quote(`http://127.0.0.1:7300${url}`)].join(" ");
}
