import { recentOfTypes } from "../../kernel/facts/recent.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Time } from "../../kernel/schema.ts";
import { ATTEMPT_TYPES, attemptsByAgent, withTitles } from "../history.ts";
import { AttemptList, EVENTS_READ_MAX } from "../history-schema.ts";
import { listRunningNow } from "../store/list.ts";
import { listTitles } from "../store/tasks.ts";

export const summarizeAttempts = query({
  name: "tasks.summarize_attempts",
  summary: "Summarize the attempts of each agent since a time, with their ends, and where agents escalated.",
  description: `Of each kind of event, the newest ${EVENTS_READ_MAX} are read; known_from says from when on they are complete.`,
  route: "GET /tasks/attempts",
  permission: "tasks:read",
  input: Fields({ from: Time }),
  output: AttemptList,
  problems: [],
  async run({ tx }, { from }) {
    const { facts, knownFrom } = await recentOfTypes(tx, ATTEMPT_TYPES, { from, most: EVENTS_READ_MAX });
    const lanes = attemptsByAgent(facts, await listRunningNow(tx), from);
    const shown = [...lanes.values()].flatMap(({ attempts, escalations }) => [...attempts, ...escalations]);
    const titles = await listTitles(tx, [...new Set(shown.map(({ task_id }) => task_id))]);
    return { from, to: tx.now.toISOString(), known_from: knownFrom ?? null, items: withTitles(lanes, titles) };
  },
});
