/** Logs one line for each request, at the level `debug`. */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The name of the operation; absent on other routes. */
    operation?: string;
  }
}

/** Checks the level once, so that requests cost nothing when the lines are not wanted. */
export function logRequests(app: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled("debug")) return;
  app.addHook("onRequest", (request, { raw }, done) => {
    const startedMs = performance.now();
    // Log the pattern of the route and never the path, which may contain secrets of the caller.
    const { url: route, config } = request.routeOptions;
    raw.once("close", () => {
      const { actor } = request;
      log.debug(
        {
          request_id: request.id,
          method: request.method,
          route,
          operation: config.operation,
          status: raw.headersSent ? raw.statusCode : undefined,
          ms: Math.round((performance.now() - startedMs) * 10) / 10,
          actor_kind: actor?.kind,
          actor_id: actor?.id,
          is_cut_off: raw.writableFinished ? undefined : true,
        },
        "A request ended.",
      );
    });
    done();
  });
}
