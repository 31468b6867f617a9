/** The product's own `/mcp` with the fixtures of the conformance suite added to its protocol server. */
import {
  type Implementation,
  type JSONRPCRequest,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
} from "@modelcontextprotocol/server";
import type { HttpServer } from "../../src/surfaces/http/server.ts";
import { registerMcp } from "../../src/surfaces/mcp/register.ts";
import type { TestApp } from "./harness.ts";
import { FIXTURE_OPERATIONS, FIXTURES, states } from "./mcp-fixtures.ts";
import { createWeb, isTool } from "./web.ts";

type Handle = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

class FixtureServer extends Server {
  constructor(about: Implementation, options: ServerOptions = {}) {
    super(about, { ...options, requestState: { verify: states.verify } });
  }

  protected override _wrapHandler(method: string, handle: Handle): Handle {
    const fixture = FIXTURES[method];
    if (!fixture) return super._wrapHandler(method, handle);
    return super._wrapHandler(method, async (request, context) =>
      fixture(request.params ?? {}, context, () => handle(request, context)),
    );
  }
}

/** Returns a server whose requests without a key have this one, because the suite has no option for a key. */
export function fixtureServer(app: TestApp, key: string): HttpServer {
  const operations = [...app.operations, ...FIXTURE_OPERATIONS];
  const options = { operations, version: "0", forAgents: isTool, ProtocolServer: FixtureServer };
  const web = createWeb(app, { extensions: [(http, tools) => registerMcp(http, tools, options)] });
  web.app.server.prependListener("request", ({ headers }) => {
    headers.authorization ??= `Bearer ${key}`;
  });
  return web;
}
