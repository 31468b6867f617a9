/** The operations on redactions. */
import type { Operation } from "../kernel/operation.ts";
import { createRedaction } from "./operations/create-redaction.ts";
import { listRedactions } from "./operations/list-redactions.ts";

export const REDACTION_OPERATIONS: readonly Operation[] = [createRedaction, listRedactions];
