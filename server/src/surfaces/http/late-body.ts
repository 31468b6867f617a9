/** Ends requests whose bodies do not arrive in time. Node has one limit for all routes, and files need a longer one. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { hasUnknownLength } from "./limits.ts";

/** Every body but those of files must arrive in this time after its headers, also a body that the route reads itself. */
export function limitBodies(app: FastifyInstance, bodyMs: number): void {
  app.addHook("onRequest", (request, _reply, done) => {
    if (hasBody(request) && request.routeOptions.config.pieceBytes === undefined) watch(request, bodyMs);
    done();
  });
}

function hasBody(request: FastifyRequest): boolean {
  return hasUnknownLength(request) || Number(request.headers["content-length"] ?? 0) > 0;
}

function watch(request: FastifyRequest, bodyMs: number): void {
  const { raw } = request;
  // A request that came over no connection has no `complete`, and no client that could be late.
  if (raw.complete === undefined) return;
  const timer = setTimeout(() => {
    if (!raw.complete) refuseLate(request);
  }, bodyMs);
  const stop = () => clearTimeout(timer);
  raw.once("end", stop);
  raw.once("close", stop);
}

/** Responds as to a request that Node's own limit ends, and closes the connection. */
export function refuseLate({ raw, server }: FastifyRequest): void {
  const error = Object.assign(new Error("The body is late."), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
  server.server.emit("clientError", error, raw.socket);
}
