/** The shapes of gaps: queued tasks that no agent can take now. */
import Type from "typebox";
import { Fields, Id, Page, Time } from "../kernel/schema.ts";
import { TaskItem } from "./schema.ts";

/** A queued task is listed as a gap after this time. */
export const GAP_SECONDS_DEFAULT = 300;
export const GAP_SECONDS_MAX = 2_592_000;
export const Gap = Fields({
  code: Type.String({
    description:
      "The code of a refused start, agent_away, or a code that begins with pool_: no agent of the role or tags can.",
  }),
  reason: Type.String(),
  next_step: Type.String({ description: "The action that ends the gap." }),
  policy_id: Type.Optional(Type.String({ ...Id, description: "The limit that leaves no room for the start." })),
  stop_id: Type.Optional(Type.String({ ...Id, description: "The stop that forbids the start." })),
  waiting_since: Time,
});
/** The most tasks that are counted for one agent, and the most agents that one call lists. */
export const AWAY_TASKS_MAX = 1_000;
export const AWAY_AGENTS_MAX = 100;
const AwayAgent = Fields(
  {
    agent_id: Id,
    waiting: Type.Integer({
      description: `Its queued tasks that wait only for the agent. Counted up to ${AWAY_TASKS_MAX}.`,
    }),
    gap: Gap,
  },
  { title: "AwayAgent" },
);
export const GapPage = Fields({
  ...Page(Fields({ task: TaskItem, gap: Gap })).properties,
  away: Type.Optional(
    Type.Array(AwayAgent, {
      description: `With by_agent: the agents that are away, the longest wait first, at most ${AWAY_AGENTS_MAX}.`,
    }),
  ),
});
