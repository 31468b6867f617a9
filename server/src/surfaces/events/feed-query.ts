/** Reads the query parameters of the live feed. */

import type { FastifyRequest } from "fastify";
import { looksLikeId } from "../../kernel/facts/position.ts";
import { invalid } from "../../kernel/problem.ts";
import { isUuid } from "../../kernel/schema.ts";
import { headerOf } from "../http/caller.ts";
import { FACT_TYPE_START } from "./schema.ts";
import type { FactFilter } from "./stream.ts";

export interface FeedQuery extends FactFilter {
  /** The event after which to resume; undefined starts with new facts. */
  lastEventId: string | undefined;
}

export function readFeedQuery(request: FastifyRequest): FeedQuery {
  // Fastify types the query as unknown. Its parser makes it an object of strings, and of lists for repeated names.
  const { type, subject_id, last_event_id, ...others } = request.query as Record<string, string | string[]>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`/${unknown}`, "is not a field of this operation.");
  const inQuery = read("last_event_id", last_event_id, looksLikeId);
  // An invalid header is not refused, because a browser cannot recover from that. The stream begins with a reset.
  const last = headerOf(request, "last-event-id") || inQuery;
  return {
    type: read("type", type, (text) => FACT_TYPE_START.test(text)),
    subjectId: read("subject_id", subject_id, isUuid)?.toLowerCase(),
    lastEventId: last,
  };
}

function read(name: string, value: string | string[] | undefined, isRight: (text: string) => boolean) {
  if (value === undefined || (typeof value === "string" && isRight(value))) return value;
  throw invalid(`/${name}`, typeof value === "string" ? "is not valid." : "is given more than once.");
}
