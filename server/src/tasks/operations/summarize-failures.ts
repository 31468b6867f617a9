import { recentOfTypes } from "../../kernel/facts/recent.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Time } from "../../kernel/schema.ts";
import { causesOf, titledBy } from "../history.ts";
import { EVENTS_READ_MAX, FailureList } from "../history-schema.ts";
import { listTitles, newestRetries } from "../store/tasks.ts";

export const summarizeFailures = query({
  name: "tasks.summarize_failures",
  summary: "Summarize the failures of tasks since a time, grouped by their cause, the most frequent cause first.",
  description: `The newest ${EVENTS_READ_MAX} failures are read; known_from says from when on they are complete.`,
  route: "GET /tasks/failures",
  permission: "tasks:read",
  input: Fields({ from: Time }),
  output: FailureList,
  problems: [],
  async run({ tx }, { from }) {
    const { facts, knownFrom } = await recentOfTypes(tx, ["task.failed"], { from, most: EVENTS_READ_MAX });
    const to = tx.now.toISOString();
    const causes = causesOf(facts, { from, to });
    const ids = [...new Set(causes.flatMap(({ tasks }) => tasks.map(({ task_id }) => task_id)))];
    const titled = titledBy(await listTitles(tx, ids));
    const retries = await newestRetries(tx, ids);
    const shown = (task: (typeof causes)[number]["tasks"][number]) => {
      const retry = retries.get(task.task_id);
      return { ...titled(task), ...(retry !== undefined && { retried_by_task_id: retry }) };
    };
    const items = causes.map((cause) => ({ ...cause, tasks: cause.tasks.map(shown) }));
    return { from, to, known_from: knownFrom ?? null, total: facts.length, items };
  },
});
