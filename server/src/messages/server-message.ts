import { uuidv7 } from "uuidv7";
import type { Party } from "./store/messages.ts";
import type { Outgoing } from "./store/send.ts";

/** The thread of a message, and the message that it is about, if any. */
type Place = Pick<Outgoing, "thread_id" | "kind" | "task_id" | "in_reply_to">;

/** Creates a message of the server to one agent or person. */
export function serverMessage(place: Place, to: Party, content: string): Outgoing {
  return {
    id: uuidv7(),
    role: "system",
    content,
    from_agent_id: null,
    from_user_id: null,
    to_agent_id: to.agent_id,
    to_user_id: to.user_id,
    task_id: place.task_id,
    thread_id: place.thread_id,
    kind: place.kind,
    in_reply_to: place.in_reply_to,
    reply_by: null,
    attachment_ids: [],
    recipients: [to],
    is_checked: true,
  };
}
