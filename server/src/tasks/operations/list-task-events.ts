import { query } from "../../kernel/operation.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { EventPage, SHORTENED } from "../event-schema.ts";
import { TaskId } from "../schema.ts";
import { listEvents } from "../store/events.ts";
import { requireTask } from "../store/tasks.ts";

export const listTaskEvents = query({
  name: "tasks.list_events",
  summary: "List the events of a task, in order.",
  description: `${SHORTENED} tasks.get_event returns the whole payload.`,
  route: "GET /tasks/{id}/events",
  permission: "tasks:read",
  input: Fields({ ...TaskId, ...PageInput }),
  output: EventPage,
  problems: ["not_found"],
  async run({ tx }, { id, limit, cursor }) {
    await requireTask(tx, id);
    return listEvents(tx, id, { limit, cursor });
  },
});
