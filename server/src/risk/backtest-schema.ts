/** The shapes of a backtest. */
import Type from "typebox";
import { Fields, Id, Nullable, Time } from "../kernel/schema.ts";
import { NewPolicy } from "./schema.ts";

/** The rest is counted in `fired_count`. */
export const FIRINGS_SHOWN_MAX = 1_000;
export const SAMPLES_MAX = 20;

const Firing = Fields({ at: Time, agent_id: Id, value: Type.Number() }, { title: "BacktestFiring" });
const Sample = Fields(
  { task_id: Id, title: Nullable(Type.String()), agent_id: Id, at: Time, estimate_usd: Type.Number() },
  { title: "BacktestSample" },
);
const Day = Fields(
  { date: Type.String(), value: Type.Number({ description: "The highest value of the day (UTC)." }) },
  { title: "BacktestDay" },
);

export const BacktestInput = Fields({
  policy: NewPolicy,
  from: Type.Optional(
    Type.String({ ...Time, description: "Without it, seven days before `to`. A cap begins at midnight UTC." }),
  ),
  to: Type.Optional(Type.String({ ...Time, description: "Without it, now." })),
});

export const Backtest = Fields(
  {
    firings: Type.Array(Firing, { description: `The first ${FIRINGS_SHOWN_MAX}.` }),
    fired_count: Type.Integer(),
    starts_prevented: Type.Integer({
      description:
        "Starts that the policy would have refused: those that did not fit under a cap, or those within the cooldown after a " +
        "pause or above a throttle. Reservations of the time are unknown, so there may be more.",
    }),
    cost_avoided_usd: Type.Number({ description: "What the attempts of these starts cost." }),
    samples: Type.Array(Sample, { description: `At most ${SAMPLES_MAX} of these starts, the first ones.` }),
    days: Type.Array(Day),
    coverage: Fields({
      from: Time,
      to: Time,
      events: Type.Integer(),
      starts_known_from: Nullable(Type.String({ ...Time, description: "Starts before this time are not counted." })),
    }),
  },
  { title: "Backtest" },
);
