/** The shape of the evidence of a request. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";
import { Headroom } from "../risk/schema.ts";

export const STEPS_SHOWN_MAX = 5;
export const FIRINGS_SHOWN_MAX = 10;

const Counts = Fields({
  fired_count: Type.Integer(),
  starts_prevented: Type.Integer(),
  cost_avoided_usd: Type.Number(),
});

export const ChangeBacktest = Fields(
  {
    ...Counts.properties,
    before: Type.Unsafe<Static<typeof Counts>>({ ...Counts, description: "The same with the present value." }),
    firings: Type.Array(Fields({ at: Time, agent_id: Id, value: Type.Number() })),
    samples: Type.Array(
      Fields({
        task_id: Id,
        title: Nullable(Type.String()),
        agent_id: Id,
        at: Time,
        estimate_usd: Type.Number(),
      }),
      { description: "Starts that the changed policy would have refused." },
    ),
    coverage: Fields({
      from: Time,
      to: Time,
      events: Type.Integer(),
      starts_known_from: Nullable(Time),
    }),
  },
  { title: "ChangeBacktest" },
);
export type ChangeBacktest = Static<typeof ChangeBacktest>;

export const Evidence = Fields(
  {
    headroom: Nullable(Headroom),
    boundary: Nullable(
      Type.String({ description: "Why the boundaries of the workspace forbid the change. Null when they allow it." }),
    ),
    steps: Type.Array(Fields({ task_id: Id, title: Nullable(Type.String()), event_type: Type.String(), at: Time }), {
      description: `The last ${STEPS_SHOWN_MAX} events of the agent's tasks, the newest first.`,
    }),
    touches: Nullable(
      Fields(
        {
          scope: Literals(["agent", "workspace"], { title: "PolicyScope" }),
          agents: Type.Integer({ description: "The agents under the policy." }),
          waiting_tasks: Type.Integer({ description: "The queued tasks of these agents." }),
        },
        { title: "Touched" },
      ),
    ),
    backtest: Nullable(ChangeBacktest),
    backtest_failure: Type.Optional(Type.String({ description: "Why there is no backtest." })),
  },
  { title: "RequestEvidence" },
);
export type Evidence = Static<typeof Evidence>;

export const EvidenceState = Literals(["waiting", "complete", "failed"], {
  title: "EvidenceState",
  description: "waiting: the server still reads the past for the backtest. failed: there is no backtest.",
});

export const NO_EVIDENCE: Evidence = { headroom: null, boundary: null, steps: [], touches: null, backtest: null };
