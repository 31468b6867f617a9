/** The search parameters of the page. */
import { textOf } from "../../app/root-route.ts";
import { readSince } from "../../domain/range.ts";

const FIELDS = ["type", "agent_id", "actor_id", "subject_id", "open"] as const;
/** `open`: the fact that is open. The others are filters of the API; `since` is a word for a range of time, or its beginning. */
export type RecordSearch = { [F in (typeof FIELDS)[number] | "since"]?: string | undefined };

export const readRecordSearch = (search: Record<string, unknown>): RecordSearch => ({
  ...Object.fromEntries(FIELDS.map((field) => [field, textOf(search[field])])),
  since: readSince(search.since),
});
