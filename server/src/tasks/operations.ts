/** The operations of this slice, in the order of a task's life. */
import type { Operation } from "../kernel/operation.ts";
import { acceptLate } from "./operations/accept-late.ts";
import { addTaskEvent } from "./operations/add-task-event.ts";
import { answerTask } from "./operations/answer-task.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { changeDependencies } from "./operations/change-dependencies.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { countTasks } from "./operations/count-tasks.ts";
import { createTask } from "./operations/create-task.ts";
import { endLease } from "./operations/end-lease.ts";
import { endLeases } from "./operations/end-leases.ts";
import { endNext } from "./operations/end-next.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { findDue } from "./operations/find-due.ts";
import { getTask } from "./operations/get-task.ts";
import { getTaskEvent } from "./operations/get-task-event.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { listGaps } from "./operations/list-gaps.ts";
import { listTaskEvents } from "./operations/list-task-events.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { passOnTask } from "./operations/pass-on-task.ts";
import { releaseTask } from "./operations/release-task.ts";
import { retryTask } from "./operations/retry-task.ts";
import { startTask } from "./operations/start-task.ts";
import { storeRefused } from "./operations/store-refused.ts";
import { summarizeAttempts } from "./operations/summarize-attempts.ts";
import { summarizeFailures } from "./operations/summarize-failures.ts";
import { sweepTimes } from "./operations/sweep-times.ts";
import { undoStep } from "./operations/undo-step.ts";

export const TASK_OPERATIONS: readonly Operation[] = [
  createTask,
  listTasks,
  countTasks,
  listGaps,
  summarizeAttempts,
  summarizeFailures,
  getTask,
  claimTasks,
  startTask,
  heartbeatTask,
  addTaskEvent,
  listTaskEvents,
  getTaskEvent,
  blockTask,
  completeTask,
  failTask,
  releaseTask,
  cancelTask,
  assignTask,
  escalateTask,
  answerTask,
  undoStep,
  acceptLate,
  changeDependencies,
  retryTask,
  findDue,
  endLeases,
  endLease,
  endNext,
  passOnTask,
  sweepTimes,
  storeRefused,
];
