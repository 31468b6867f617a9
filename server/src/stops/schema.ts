/** The shapes of stops. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { ActorKind, Defaulted, Fields, Id, Literals, Nullable, Page, Reason, Time } from "../kernel/schema.ts";

const SCOPES = ["agent", "tree", "workspace"] as const;
const PARTS = ["starts", "running", "actions", "keys"] as const;
const PARTS_DEFAULT = ["starts", "running", "actions"] as const;

const Part = Literals(PARTS, { title: "StopPart" });
export type StopPart = Static<typeof Part>;
const Scope = Literals(SCOPES, {
  title: "StopScope",
  description: "An agent, a tree (a task without a parent and all tasks below it), or the whole workspace.",
});
export type StopScope = Static<typeof Scope>;
const PartList = Type.Array(Part, { minItems: 1, maxItems: PARTS.length, uniqueItems: true });

export const NewStop = Fields({
  scope: Scope,
  id: Type.Optional(
    Type.String({ ...Id, description: "The agent, or the first task of the tree. Not for the workspace." }),
  ),
  what: Defaulted(
    Type.Array(Part, {
      minItems: 1,
      maxItems: PARTS.length,
      uniqueItems: true,
      description:
        "starts: no claim and no start. running: heartbeats answer cancel_requested, and no lease is extended. actions: " +
        "approvals wait, and no grant is used. keys: the keys of the agents are refused; not for a tree.",
    }),
    [...PARTS_DEFAULT],
  ),
  reason: Reason,
  drill: Defaulted(Type.Boolean({ description: "Records what the stop would do, and stops nothing." }), false),
});

export const Lifting = Fields({
  id: Id,
  what: Type.Optional(
    Type.Unsafe<StopPart[]>({ ...PartList, description: "Without it, all parts that are in force." }),
  ),
  reason: Reason,
});

const Lift = Fields({ what: Type.Array(Part), reason: Type.String(), user_id: Nullable(Id), at: Time });
export type Lift = Static<typeof Lift>;

const COLUMNS = {
  id: Id,
  scope: Scope,
  agent_id: Nullable(Id),
  root_task_id: Nullable(Id),
  what: Type.Array(Part),
  in_force: Type.Array(Part, { description: "The parts that nobody has lifted. A drill has none." }),
  reason: Type.String(),
  drill: Type.Boolean(),
  running_count: Type.Integer({ description: "The attempts that ran in the scope when the stop began." }),
  waiting_count: Type.Integer({ description: "The queued tasks of the scope when the stop began." }),
  lifts: Type.Array(Lift),
  created_at: Time,
  ended_at: Nullable(Type.String({ ...Time, description: "The time at which the last part was lifted." })),
};
const StopColumns = Fields({
  ...COLUMNS,
  by_kind: ActorKind,
  by_id: Type.String(),
  confirmed_at: Nullable(Time),
});
export type StopRow = Static<typeof StopColumns>;
export const STOP_COLUMNS = columnsOf(StopColumns);

const StoppedTask = Fields({
  task_id: Id,
  agent_id: Id,
  state: Literals(["asked", "confirmed", "unconfirmed"], {
    title: "StoppedState",
    description:
      "confirmed: the attempt is over, by a step of its holder or by the end of its lease. unconfirmed: it still runs two " +
      "minutes after the stop, or it still ran when this part was lifted.",
  }),
  heard_at: Nullable(Type.String({ ...Time, description: "The first heartbeat that got the request." })),
  confirmed_at: Nullable(Time),
});
export type StoppedTask = Static<typeof StoppedTask>;

export const Stop = Fields(
  {
    ...COLUMNS,
    stopped_by: Fields({ kind: ActorKind, id: Type.String() }),
    state: Literals(["stopping", "stopped"], {
      title: "StopState",
      description:
        "stopped: no attempt that ran when the stop began still runs. A drill shows how the stop would begin.",
    }),
    confirmed_count: Type.Integer({ description: "The attempts that are over." }),
    running: Type.Array(StoppedTask, { description: "The attempts, those that still run first, up to a number." }),
  },
  { title: "Stop" },
);
export type Stop = Static<typeof Stop>;
export const StopPage = Page(Stop);
