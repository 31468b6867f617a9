/** The shapes of the health of agents. */
import Type, { type Static } from "typebox";
import { Fields, Id, Nullable, Page } from "../kernel/schema.ts";
import { Day, History } from "./metrics-schema.ts";

const part = (max: number, description: string) =>
  Fields(
    {
      score: Nullable(Type.Number({ minimum: 0, maximum: max, description: "Null when it is unknown." })),
      max: Type.Number(),
      reason: Type.String(),
    },
    { description },
  );

/** The most that each part adds to the score. Together they are 100. */
export const PART_MAX = { success_rate: 40, latency: 25, error_burst: 20, cost_anomaly: 15 } as const;

export const HealthParts = Fields({
  success_rate: part(PART_MAX.success_rate, "The share of the runs of the day that succeeded."),
  latency: part(
    PART_MAX.latency,
    "The 95th percentile of the latency of the day's calls of models. Up to 2 s is fast; above, against the 7 days before.",
  ),
  error_burst: part(
    PART_MAX.error_burst,
    "The errors of the last 30 minutes. Of a day that is over: the errors of its worst 30 minutes.",
  ),
  cost_anomaly: Type.Optional(
    part(PART_MAX.cost_anomaly, "The cost of the day against the 7 days before. Some tiers do not have it."),
  ),
});
export type HealthParts = Static<typeof HealthParts>;

export const AgentHealth = Fields(
  {
    agent_id: Id,
    agent_name: Type.String(),
    date: Day,
    score: Nullable(
      Type.Number({
        minimum: 0,
        maximum: 100,
        description: "From 0 to 100, from the known parts alone. Null when no part is known.",
      }),
    ),
    parts: HealthParts,
  },
  { title: "AgentHealth" },
);
export type AgentHealth = Static<typeof AgentHealth>;

export const AgentHealthPage = Page(AgentHealth);

export const AgentHealthDays = Fields({
  agent_id: Id,
  items: Type.Array(AgentHealth, { description: "Each day with events, the oldest first." }),
  history: History,
});
