/** The operations on snoozes. */
import type { Operation } from "../kernel/operation.ts";
import { createSnooze } from "./operations/create-snooze.ts";
import { deleteSnooze } from "./operations/delete-snooze.ts";
import { listSnoozes } from "./operations/list-snoozes.ts";

export const SNOOZE_OPERATIONS: readonly Operation[] = [createSnooze, deleteSnooze, listSnoozes];
