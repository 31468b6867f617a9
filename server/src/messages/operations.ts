/** The operations of this slice. */
import type { Operation } from "../kernel/operation.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { listThreads } from "./operations/list-threads.ts";
import { markMessagesRead } from "./operations/mark-messages-read.ts";
import { readInbox } from "./operations/read-inbox.ts";
import { sendMessage } from "./operations/send-message.ts";
import { sweepMessages } from "./operations/sweep-messages.ts";

export const MESSAGE_OPERATIONS: readonly Operation[] = [
  sendMessage,
  listMessages,
  getMessage,
  readInbox,
  markMessagesRead,
  listThreads,
  sweepMessages,
];
