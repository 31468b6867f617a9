/** The operations of this slice. */
import type { Operation } from "../kernel/operation.ts";
import { getMessage } from "./operations/get.ts";
import { readInboxOperation } from "./operations/inbox.ts";
import { listMessagesOperation } from "./operations/list.ts";
import { listThreadsOperation } from "./operations/list-threads.ts";
import { markMessagesRead } from "./operations/mark-read.ts";
import { sendMessage } from "./operations/send.ts";
import { sweepMessages } from "./operations/sweep.ts";

export const MESSAGE_OPERATIONS: readonly Operation[] = [
  sendMessage,
  listMessagesOperation,
  getMessage,
  readInboxOperation,
  markMessagesRead,
  listThreadsOperation,
  sweepMessages,
];
