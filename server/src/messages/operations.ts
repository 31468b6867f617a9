/** The operations of this slice. */
import type { Operation } from "../kernel/operation.ts";
import { getMessage } from "./operations/get-message.ts";
import { readInboxOperation } from "./operations/list-inbox.ts";
import { listMessagesOperation } from "./operations/list-messages.ts";
import { listThreadsOperation } from "./operations/list-threads.ts";
import { markMessagesRead } from "./operations/mark-read.ts";
import { sendMessage } from "./operations/send-message.ts";
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
