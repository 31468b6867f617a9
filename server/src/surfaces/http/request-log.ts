/** A line about every request, for whoever asks for so many. */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The name of the operation, on its routes. */
    operation?: string;
  }
}

/** Below `debug` it costs nothing: whether lines are wanted is asked once. */
export function logRequests(app: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled("debug")) return;
  app.addHook("onRequest", (request, { raw }, done) => {
    const startedMs = performance.now();
    // The pattern of the route and never the path, which may hold what only the caller should know.
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
