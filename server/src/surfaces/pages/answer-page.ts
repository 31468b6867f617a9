/** Sends a page, or a page that shows the problem. */
import type { FastifyReply } from "fastify";
import { retryAfter, sendPage } from "../http/answer.ts";
import { problemOf } from "../http/errors.ts";
import { limitNetwork } from "../http/limits.ts";
import type { HttpTools } from "../http/tools.ts";
import * as views from "./views.ts";

/**
 * Sends the page that `make` returns, or its problem as a page. `make` returns undefined when it has sent the response.
 */
export function servePage(tools: HttpTools, reply: FastifyReply, make: () => Promise<string | undefined>): void {
  make().then(
    (text) => {
      if (text !== undefined) sendPage(reply, 200, text);
    },
    (error: unknown) => answerFailure(tools, reply, error),
  );
}

/** A hook that limits requests for pages. A refusal is a page too. */
export function limitPage(tools: HttpTools) {
  return limitNetwork(tools.allowances, (reply, error) => answerFailure(tools, reply, error));
}

function answerFailure(tools: HttpTools, reply: FastifyReply, error: unknown): void {
  const problem = problemOf(error);
  if (problem.status >= 500) return void tools.fail(reply, error);
  sendPage(reply, problem.status, views.failure(problem, reply.request.id), retryAfter(problem));
}
