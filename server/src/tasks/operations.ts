/** The operations of this slice, in the order of a task's life. */
import type { Operation } from "../kernel/operation.ts";
import { assignTask } from "./operations/assign.ts";
import { blockTask } from "./operations/block.ts";
import { cancelTask } from "./operations/cancel.ts";
import { claimTasks } from "./operations/claim.ts";
import { completeTask } from "./operations/complete.ts";
import { createTask } from "./operations/create.ts";
import { endLease } from "./operations/end-lease.ts";
import { endLeases } from "./operations/end-leases.ts";
import { endNext } from "./operations/end-next.ts";
import { escalateTask } from "./operations/escalate.ts";
import { addTaskEvent, listTaskEvents } from "./operations/events.ts";
import { failTask } from "./operations/fail.ts";
import { findDue } from "./operations/find-due.ts";
import { getTaskOperation } from "./operations/get.ts";
import { heartbeatTask } from "./operations/heartbeat.ts";
import { listTasksOperation } from "./operations/list.ts";
import { listGaps } from "./operations/list-gaps.ts";
import { passOnTask } from "./operations/pass-on.ts";
import { releaseTask } from "./operations/release.ts";
import { retryTask } from "./operations/retry.ts";
import { startTaskOperation } from "./operations/start.ts";
import { sweepTimes } from "./operations/sweep-times.ts";

export const TASK_OPERATIONS: readonly Operation[] = [
  createTask,
  listTasksOperation,
  listGaps,
  getTaskOperation,
  claimTasks,
  startTaskOperation,
  heartbeatTask,
  addTaskEvent,
  listTaskEvents,
  blockTask,
  completeTask,
  failTask,
  releaseTask,
  cancelTask,
  assignTask,
  escalateTask,
  retryTask,
  findDue,
  endLeases,
  endLease,
  endNext,
  passOnTask,
  sweepTimes,
];
