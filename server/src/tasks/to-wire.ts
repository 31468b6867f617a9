/** Converts a task to its shape on the wire. */
import type { Estimate } from "../caps/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { copierOf } from "../kernel/db/columns.ts";
import { usdFromNanos } from "../kernel/money.ts";
import type { TaskCost } from "./cost-schema.ts";
import { assigneeOf } from "./rules.ts";
import {
  type ItemRow,
  type LateResult,
  PLAIN_COLUMNS,
  SHOWN_COLUMNS,
  type Task,
  type TaskItem,
  type TaskRow,
} from "./schema.ts";

const copyShown = copierOf<TaskRow, (typeof SHOWN_COLUMNS)[number]>(SHOWN_COLUMNS);
const copyPlain = copierOf<ItemRow, (typeof PLAIN_COLUMNS)[number]>(PLAIN_COLUMNS);

/** The answer contains `fence` only for the holder. */
export function toWire(row: TaskRow, holder = false): Task {
  const task = Object.assign(copyShown(row), derivedOf(row));
  return holder && row.fence > 0 ? Object.assign(task, { fence: row.fence }) : task;
}

/** Converts a task of a list. It has the documents that the list selected. */
export function toItem(row: ItemRow): TaskItem {
  const { input, output, input_bytes, output_bytes } = row;
  return Object.assign(copyPlain(row), {
    has_input: input_bytes !== null,
    input_bytes: input_bytes ?? 0,
    has_output: output_bytes !== null,
    output_bytes: output_bytes ?? 0,
    ...derivedOf(row),
    ...(row.dependent_count > 0 && { dependent_count: row.dependent_count }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
  });
}

const NO_COSTS: TaskCost = { cost_usd: null, inclusive_cost_usd: null };

function derivedOf(row: Omit<TaskRow, "input" | "output">) {
  const held_by = heldBy(row);
  return {
    assigned_to_agent_id: assigneeOf(row),
    escalates_at: row.status === "queued" ? row.escalates_at : null,
    budget_usd: usd(row.budget_nanos),
    budget_left_usd: usd(row.budget_left_nanos),
    estimated_cost_usd: usd(row.estimated_cost_nanos),
    ...NO_COSTS,
    ...(held_by && { held_by }),
  };
}

/** Returns the person who started a running task: such a start keeps its caller, and every other start has a greater fence. */
function heldBy({ status, undo, fence, attempt_started_at: since }: Omit<TaskRow, "input" | "output">) {
  const isHeld = status === "running" && undo?.step === "start" && undo.fence === fence && since !== null;
  return isHeld ? { user_id: undo.by_id, since } : undefined;
}

/** The late result and the answer that earlier attempts of a task left for the next one. */
export interface Carried {
  late: LateResult | undefined;
  answer: string | undefined;
  /** The only model that a limit allows the agent. */
  allowedModel: string | null;
  /** Where the estimate that caps reserved comes from; null without a cap. */
  estimateSource: Estimate["source"] | null;
}

/** Returns a started task for its holder, with the newest late result and the newest answer. */
export function toHolder(row: TaskRow, carried: Carried, env?: Task["env"]): Task {
  const { late, answer, allowedModel, estimateSource } = carried;
  const task = { ...toWire(row, true), ...(late && { late_result: late }), ...answerToWire(row, answer) };
  return Object.assign(task, env && { env }, allowedModel !== null && { allowed_model: allowedModel }, {
    ...(estimateSource !== null && { estimate_source: estimateSource, estimate_usd: reservedUsd(row) }),
  });
}

const reservedUsd = ({ cap_estimate_nanos: nanos }: TaskRow) => usdFromNanos(BigInt(nanos ?? 0));

export function answerToWire({ question }: Pick<TaskRow, "question">, answer: string | undefined) {
  return answer === undefined || question === null ? {} : { question, answer };
}

function usd(nanos: bigint | null): number | null {
  return nanos === null ? null : usdFromNanos(nanos);
}

/** The agent that runs a task under a lease may read its fence again, for example after a restart. */
export function holdsNow(row: TaskRow, actor: Actor): boolean {
  return (
    actor.kind === "agent" &&
    row.status === "running" &&
    row.assigned_to_agent_id === actor.id &&
    row.lease_expires_at !== null
  );
}
