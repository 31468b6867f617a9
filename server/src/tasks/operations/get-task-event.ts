import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { TaskEvent } from "../event-schema.ts";
import { TaskId } from "../schema.ts";
import { findEvent } from "../store/events.ts";

export const getTaskEvent = query({
  name: "tasks.get_event",
  summary: "Read one event of a task with its whole payload.",
  route: "GET /tasks/{id}/events/{event_id}",
  permission: "tasks:read",
  input: Fields({ ...TaskId, event_id: Id }),
  output: TaskEvent,
  problems: ["not_found"],
  async run({ tx }, { id, event_id }) {
    const event = await findEvent(tx, id, event_id);
    if (!event) throw notFound("event", event_id);
    return event;
  },
});
