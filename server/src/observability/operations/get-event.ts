import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { ObsEvent } from "../schema.ts";
import { findAttempt } from "../store/attempts.ts";
import { findStored } from "../store/events.ts";
import { toWire } from "../to-wire.ts";

export const getEvent = query({
  name: "obs.get_event",
  summary: "Get a telemetry event. The start and the end of an attempt at a task are found with the id of the task.",
  route: "GET /obs/events/{id}",
  permission: "obs:read",
  input: Fields({ id: Id, task_id: Type.Optional(Id) }),
  output: ObsEvent,
  problems: ["not_found"],
  async run({ tx }, { id, task_id }) {
    const stored = await findStored(tx, id);
    if (stored && (task_id === undefined || stored.task_id === task_id)) return toWire(stored);
    const attempt = !stored && task_id !== undefined ? await findAttempt(tx, task_id, id) : undefined;
    if (!attempt) throw notFound("event", id);
    return attempt;
  },
});
