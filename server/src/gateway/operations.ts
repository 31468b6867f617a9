/** The operations of the model gateway. Only its routes dispatch them. */
import { beginCall } from "./operations/begin-call.ts";
import { extendCalls } from "./operations/extend-calls.ts";
import { settleCalls } from "./operations/settle-calls.ts";

export const GATEWAY_OPERATIONS = [beginCall, settleCalls, extendCalls] as const;
