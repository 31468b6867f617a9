import { recentOfTypes } from "../../kernel/facts/recent.ts";
import { query } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, Time } from "../../kernel/schema.ts";
import { causesOf, titledBy } from "../history.ts";
import { EVENTS_READ_MAX, FailureList } from "../history-schema.ts";
import { listTitles } from "../store/tasks.ts";

const RANGE_DAYS_MAX = 31;
const DAY_MS = 86_400_000;
export const RangeInput = Fields({ from: Time });

export function requireRange(from: string, now: Date): void {
  if (now.getTime() - Date.parse(from) <= RANGE_DAYS_MAX * DAY_MS) return;
  throw invalid("/from", `is more than ${RANGE_DAYS_MAX} days ago.`);
}

export const summarizeFailures = query({
  name: "tasks.summarize_failures",
  summary: "Summarize the failures of tasks since a time, grouped by their cause, the most frequent cause first.",
  description: `The newest ${EVENTS_READ_MAX} failures are read; known_from says from when on they are complete.`,
  route: "GET /tasks/failures",
  permission: "tasks:read",
  input: RangeInput,
  output: FailureList,
  problems: [],
  async run({ tx }, { from }) {
    const { facts, knownFrom } = await recentOfTypes(tx, ["task.failed"], { from, most: EVENTS_READ_MAX });
    requireRange(from, tx.now);
    const to = tx.now.toISOString();
    const causes = causesOf(facts, { from, to });
    const titles = await listTitles(tx, [
      ...new Set(causes.flatMap(({ tasks }) => tasks.map(({ task_id }) => task_id))),
    ]);
    const items = causes.map((cause) => ({ ...cause, tasks: cause.tasks.map(titledBy(titles)) }));
    return { from, to, known_from: knownFrom ?? null, total: facts.length, items };
  },
});
