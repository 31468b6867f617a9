/** The paths of providers that the gateway passes on. Pure. */

export type Provider = "anthropic" | "openai";
export type Format = "messages" | "chat" | "responses";

export interface Target {
  provider: Provider;
  /** Below the address of the connection. */
  path: string;
  /** Absent for requests that use no model. */
  format?: Format;
}

interface Route {
  method: "GET" | "POST";
  path: RegExp;
  format?: Format;
}

const MODEL = "[A-Za-z0-9._:@-]{1,200}";
const models: Route = { method: "GET", path: new RegExp(`^/v1/models(?:/${MODEL})?$`) };

const ROUTES: Readonly<Record<Provider, readonly Route[]>> = {
  anthropic: [
    { method: "POST", path: /^\/v1\/messages$/, format: "messages" },
    { method: "POST", path: /^\/v1\/messages\/count_tokens$/ },
    models,
  ],
  openai: [
    { method: "POST", path: /^\/v1\/chat\/completions$/, format: "chat" },
    { method: "POST", path: /^\/v1\/responses$/, format: "responses" },
    models,
  ],
};

/** `rest` is the path after the name of the provider, without a query. The address of OpenAI ends in its version. */
export function targetOf(provider: Provider, method: string, rest: string): Target | undefined {
  const path = provider === "openai" && !rest.startsWith("/v1/") ? `/v1${rest}` : rest;
  const route = ROUTES[provider].find((one) => one.method === method && one.path.test(path));
  if (!route) return undefined;
  const below = provider === "openai" ? path.slice("/v1".length) : path;
  return { provider, path: below, ...(route.format && { format: route.format }) };
}
