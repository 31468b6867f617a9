/** The columns of caps and reservations. Amounts are whole nano-dollars, which the database keeps as numeric. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";

/** The database returns numeric as text. */
const Nanos = Type.String();

const SETTINGS = {
  id: Id,
  agent_id: Nullable(Id),
  is_binding: Type.Boolean(),
  /** It would be binding if it were enforced. */
  is_shadow: Type.Boolean(),
  is_list: Type.Boolean(),
  blocks_unpriced: Type.Boolean(),
  cap_nanos: Nanos,
  top_up_nanos: Nanos,
  top_up_until: Nullable(Time),
};
/** The columns that a transaction with spending changes. */
const COUNTS = {
  /** YYYY-MM-DD. */
  day: Type.String(),
  used_nanos: Nanos,
  /** Of the used amount: the costs of tasks that had no reservation any more. */
  late_nanos: Nanos,
  unpriced_events: Type.BigInt(),
  warned_percent: Type.Integer(),
  is_crossed: Type.Boolean(),
  warned_at: Nullable(Time),
  reserved_nanos: Nanos,
};
const CapColumns = Fields({ ...SETTINGS, ...COUNTS });
/** A cap on the spending of a day (UTC). It belongs to a policy and has the policy's id. */
export type Cap = Static<typeof CapColumns>;
export const CAP_COLUMNS = columnsOf(CapColumns);
export const COUNT_COLUMNS = columnsOf(Fields(COUNTS));

/** The rest of the reservation of a running task. */
export interface Reservation {
  task_id: string;
  agent_id: string;
  left_nanos: string;
  left_list_nanos: string;
  spent_nanos: string;
}

export const EstimateSource = Literals(["task", "agent", "attempts", "budget", "none"], {
  title: "EstimateSource",
  description:
    "`task`: its `estimated_cost_usd`. `agent`: the default of the agent. `attempts`: the 90th percentile of its last 50 attempts. " +
    "`budget`: the budget of the task, which is less. `none`: nothing is known, so it is 0.",
});

/** The expected cost of a start, in nano-dollars. */
export interface Estimate {
  estimate: string;
  source: Static<typeof EstimateSource>;
}

/** An event that used something. */
export interface Spent {
  agent_id: string;
  task_id: string | null;
  /** Null when the cost is unknown. */
  cost_nanos: bigint | null;
  list_cost_nanos: bigint | null;
  is_unpriced: boolean;
}

/** Money that an agent spends outside, in nano-dollars. */
export interface Amount {
  id: string;
  agent_id: string;
  nanos: bigint;
}

/** The change of the cost of an event of today, in nano-dollars. */
export interface Respent {
  agent_id: string;
  cost: string;
  list: string;
  unpriced: number;
}

export const CapWarning = Fields(
  {
    policy_id: Id,
    percent: Type.Integer({ description: "75 or 95." }),
    used_usd: Type.Number(),
    cap_usd: Type.Number({ description: "With a top-up that has not ended." }),
  },
  { title: "CapWarning" },
);
export type CapWarning = Static<typeof CapWarning>;
