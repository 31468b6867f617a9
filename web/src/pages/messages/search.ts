/** The search parameters of the page of messages. */
import { oneOf, textOf } from "../../app/root-route.ts";

export interface MessagesSearch {
  agent_id?: string | undefined;
  q?: string | undefined;
  awaiting?: "yes" | undefined;
  open?: string | undefined;
  /** The message at which the open conversation starts. */
  message?: string | undefined;
  write?: "yes" | undefined;
  to_agent_id?: string | undefined;
}

export const readMessagesSearch = (search: Record<string, unknown>): MessagesSearch => ({
  agent_id: textOf(search.agent_id),
  q: textOf(search.q),
  awaiting: oneOf(search.awaiting, ["yes"]),
  open: textOf(search.open),
  message: textOf(search.message),
  write: oneOf(search.write, ["yes"]),
  to_agent_id: textOf(search.to_agent_id),
});
