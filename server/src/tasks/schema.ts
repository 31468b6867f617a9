/** The shapes of tasks in the database and on the wire. */
import Type, { type Static, type TInteger } from "typebox";
import { Tags } from "../agents/schema.ts";
import { CapWarning } from "../caps/schema.ts";
import { columnsOf } from "../kernel/db/columns.ts";
import {
  ActorKind,
  Defaulted,
  Fields,
  Id,
  IncludingPage,
  Json,
  Literals,
  Nullable,
  PageInput,
  Reason,
  SortOrder,
  TEXT_LIMITS,
  Text,
  Time,
  Usd,
} from "../kernel/schema.ts";
import { type TeamRole, TeamRoleName } from "../team/schema.ts";
import { TASK_COSTS } from "./cost-schema.ts";
import { FOR_WORKER } from "./holder-schema.ts";
import { ITEM_MORE } from "./item-schema.ts";
import { BlockedReason } from "./question-schema.ts";
import { Undo } from "./undo-schema.ts";

export const STATUSES = ["queued", "running", "blocked", "completed", "failed", "canceled"] as const;
export type Status = (typeof STATUSES)[number];
const TaskStatus = Literals(STATUSES, { title: "TaskStatus" });

/** The events that the holder of a task may report. Steps write all other events. */
export const REPORTED_TYPES = ["progress", "tool_call", "tool_result"] as const;
export type ReportedType = (typeof REPORTED_TYPES)[number];

export const LEASE_SECONDS_DEFAULT = 60;
/** A client of MCP renews no lease while its model works, for example while it runs tests. */
export const MCP_LEASE_SECONDS_DEFAULT = 900;
export const MAX_ATTEMPTS_DEFAULT = 3;
export const CLAIM_LIMIT_MAX = 50;
export const WAIT_SECONDS_MAX = 30;
/** An agent must begin an escalated task within this time, or the task goes one level further. */
export const ESCALATION_SECONDS_MIN = 10;
export const ESCALATION_SECONDS_MAX = 604_800;
/** The number of tasks that one task may depend on. */
export const DEPENDENCIES_MAX = 50;
export const DependencyIds = { maxItems: DEPENDENCIES_MAX, uniqueItems: true } as const;
/** The number of latest events in the answer for one task. */
export const EVENTS_SHOWN = 100;

export const Priority = Type.Integer({ minimum: -1_000_000, maximum: 1_000_000, description: "Higher comes first." });
export const Fence = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: "The number from the answer of start or claim. It proves that you still hold the task.",
});
export const LeaseSeconds = Type.Integer({ minimum: 5, maximum: 3_600 });

export const CreateInput = {
  title: Text(TEXT_LIMITS.title),
  assigned_to_agent_id: Type.Optional(
    Type.String({ ...Id, description: "Give exactly one of assigned_to_agent_id, assigned_role and assigned_tags." }),
  ),
  assigned_role: Type.Optional(
    Type.Unsafe<TeamRole>({ ...TeamRoleName, description: "Any agent with this role may claim the task." }),
  ),
  assigned_tags: Type.Optional(Tags),
  input: Type.Optional(Json),
  priority: Type.Optional(Priority),
  due_at: Type.Optional(Nullable(Time)),
  parent_task_id: Type.Optional(Nullable(Id)),
  depends_on: Type.Optional(Type.Array(Id, DependencyIds)),
  max_attempts: Defaulted(Type.Integer({ minimum: 1, maximum: 100 }), MAX_ATTEMPTS_DEFAULT),
  budget_usd: Type.Optional(Nullable(Usd)),
  estimated_cost_usd: Type.Optional(Nullable(Usd)),
};

/** The columns of `tasks` that callers see. Input and output are documents, which may be large. */
const DOCUMENTS = { input: Json, output: Json };
const PLAIN = {
  id: Id,
  workspace_id: Id,
  title: Type.String(),
  status: TaskStatus,
  priority: Type.Integer(),
  assigned_to_agent_id: Id,
  assigned_role: Nullable(TeamRoleName),
  assigned_tags: Nullable(Type.Array(Type.String())),
  created_by_agent_id: Nullable(Id),
  created_by_user_id: Nullable(Id),
  parent_task_id: Nullable(Id),
  root_task_id: Id,
  depth: Type.Integer(),
  depends_on: Type.Array(Id),
  retry_of: Nullable(Id),
  attempt: Type.Integer(),
  max_attempts: Type.Integer(),
  unseen_attempts: Type.Integer({
    description: "The attempts whose lease ended before the holder sent a heartbeat, an event or a step.",
  }),
  result_of_attempt: Nullable(Type.Integer()),
  has_late_result: Type.Boolean(),
  lease_expires_at: Nullable(Time),
  available_at: Time,
  due_at: Nullable(Time),
  blocked_reason: Nullable(BlockedReason),
  escalated_from: Type.Array(Id, {
    description:
      "The agents that escalated the task or gave it back, oldest first. The task is not escalated to any of them.",
  }),
  escalates_at: Nullable(
    Type.String({ ...Time, description: "At this time, the task goes one level further up if it is still queued." }),
  ),
  open_children: Type.Integer(),
  created_at: Time,
  started_at: Nullable(Time),
  finished_at: Nullable(Time),
  updated_at: Time,
};
const SHOWN = { ...PLAIN, ...DOCUMENTS };

/** The other columns of a row of `tasks`, which callers do not see or see in another form. */
const HIDDEN = {
  pool_id: Nullable(Id),
  failed_attempts: Type.Integer({ description: "The ended attempts that did not finish the task, unseen ones too." }),
  is_seen: Type.Boolean({ description: "The holder of the latest attempt sent a heartbeat or an event." }),
  fence: Type.Integer(),
  stop_fence: Nullable(Type.Integer({ description: "The fence of the attempt that must end because of a stop." })),
  lease_seconds: Nullable(Type.Integer()),
  attempt_started_at: Nullable(Time),
  overdue_at: Nullable(Time),
  blocked_by: Nullable(Literals(["guard", "agent", "escalation"])),
  canceled_by: Nullable(ActorKind),
  answer_message_id: Nullable(Id),
  question: Nullable(Type.String()),
  undo: Nullable(Undo),
  escalation_seconds: Nullable(Type.Integer()),
  handovers: Type.Integer(),
  child_count: Type.Integer(),
  open_dependencies: Type.Integer(),
  dependent_count: Type.Integer(),
  failed_dependency_count: Type.Integer(),
  budget_nanos: Nullable(Type.BigInt()),
  budget_left_nanos: Nullable(Type.BigInt()),
  budget_task_id: Nullable(Id),
  estimated_cost_nanos: Nullable(Type.BigInt()),
  reserved_nanos: Type.BigInt(),
  cap_estimate_nanos: Nullable(Type.String()),
};
export const TaskColumns = Fields({ ...SHOWN, ...HIDDEN });
export type TaskRow = Static<typeof TaskColumns>;
export const TASK_COLUMNS = columnsOf(TaskColumns);
export const SHOWN_COLUMNS = columnsOf(Fields(SHOWN));

/** The steps whose results are kept when they come too late. */
export const LATE_STEPS = ["block", "complete", "fail", "escalate"] as const;
export const LateResult = Type.Object(
  {
    event_id: Id,
    step: Literals(LATE_STEPS, { description: "The step that came too late." }),
    fence: Type.Integer(),
    output: Json,
    reason: Nullable(Type.String()),
    created_at: Time,
  },
  { description: "The newest result that an earlier holder sent too late. Only in answers that start the task." },
);
export type LateResult = Static<typeof LateResult>;

/** The columns of a task in a list. The database stores the sizes of the documents and returns no document. */
const ItemColumns = Fields({
  ...PLAIN,
  ...HIDDEN,
  input_bytes: Nullable(Type.Integer()),
  output_bytes: Nullable(Type.Integer()),
});
export type ItemRow = Static<typeof ItemColumns> & { input?: unknown; output?: unknown };
export const ITEM_COLUMNS = columnsOf(ItemColumns);
export const PLAIN_COLUMNS = columnsOf(Fields(PLAIN));
export type TaskSizes = Pick<ItemRow, "input_bytes" | "output_bytes">;

const DERIVED = {
  assigned_to_agent_id: Nullable(
    Type.String({ ...Id, description: "Null while a task for a role or for tags waits for an agent that claims it." }),
  ),
  budget_usd: Nullable(Type.Number()),
  budget_left_usd: Nullable(Type.Number()),
  estimated_cost_usd: Nullable(Type.Number()),
  ...TASK_COSTS,
  held_by: Type.Optional(
    Fields(
      { user_id: Id, since: Time },
      { title: "TaskHolder", description: "The person who started the running task." },
    ),
  ),
};
export const TASK = {
  ...SHOWN,
  ...DERIVED,
  fence: Type.Optional(Fence),
  late_result: Type.Optional(LateResult),
  question: Type.Optional(
    Type.String({
      description: "The question that was answered last. Only with its answer, in the answer for one task.",
    }),
  ),
  answer: Type.Optional(Type.String({ description: "The newest answer to a question of the agent." })),
  ...FOR_WORKER,
};

export const Task = Fields(TASK);
export type Task = Static<typeof Task>;

/** A task in a list. */
export const TaskItem = Fields(
  {
    ...PLAIN,
    has_input: Type.Boolean(),
    input_bytes: Type.Integer({ description: "The size of the input; 0 without one." }),
    has_output: Type.Boolean(),
    output_bytes: Type.Integer({ description: "The size of the output; 0 without one." }),
    ...DERIVED,
    input: Type.Optional(Json),
    output: Type.Optional(Json),
    ...ITEM_MORE,
  },
  { title: "TaskItem" },
);
export type TaskItem = Static<typeof TaskItem>;

export const Skipped = Fields({ task_id: Id, code: Type.String(), reason: Type.String() });
export const Claimed = Fields({ items: Type.Array(Task), skipped: Type.Array(Skipped) });
export type Claimed = Static<typeof Claimed>;

export const Heartbeat = Fields({
  task: Task,
  cancel_requested: Type.Boolean(),
  warnings: Type.Array(CapWarning, { description: "The daily caps above the agent that are nearly used up." }),
});

const INCLUDES = ["input", "output", "input,output"] as const;
/** Several states under one word, for filters. */
export const STATUS_GROUPS = {
  open: ["queued", "running", "blocked"],
  ended: ["completed", "failed", "canceled"],
} as const satisfies Record<string, readonly Status[]>;
const STATUS_FILTERS = [...STATUSES, "open", "ended"] as const;
const FILTERS = {
  status: Type.Optional(
    Literals(STATUS_FILTERS, {
      title: "TaskStatusFilter",
      description: "open: queued, running or blocked. ended: completed, failed or canceled.",
    }),
  ),
  held_by: Type.Optional(Literals(["people"], { title: "TaskHolderFilter" })),
  assigned_to_agent_id: Type.Optional(Id),
  created_by_agent_id: Type.Optional(Id),
  parent_task_id: Type.Optional(Id),
  root_task_id: Type.Optional(Id),
  q: Type.Optional(Text(200, { description: "A text that the title contains." })),
  created_after: Type.Optional(Time),
  created_before: Type.Optional(Time),
};
export const CountInput = Fields(FILTERS);
export type Filters = Static<typeof CountInput>;
export const TaskCount = Fields({
  total: Type.Integer(),
  by_status: Fields(Object.fromEntries(STATUSES.map((status) => [status, Type.Integer()])) as Record<Status, TInteger>),
});

export const ListInput = Fields({
  ...FILTERS,
  finished_after: Type.Optional(Time),
  trees: Type.Optional(Type.Boolean({ description: "true: only first tasks that have subtasks." })),
  include: Type.Optional(
    Literals(INCLUDES, {
      description:
        "Returns these documents too, of at most 1 MiB in one page. Without it, items have only their sizes; tasks.get " +
        "returns the documents of one task.",
    }),
  ),
  order: Defaulted(SortOrder, "desc"),
  ...PageInput,
});

export const TaskPage = IncludingPage(TaskItem, "documents");
export const TaskId = { id: Id };
export const CanceledTask = Fields({
  ...TASK,
  ending: Type.Optional(
    Type.Integer({ description: "The number of tasks below that are still open and end within seconds." }),
  ),
});
export const OptionalReason = { reason: Type.Optional(Reason) };
