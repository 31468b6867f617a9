/** The shapes of the events of a task. Their types are those that `facts.ts` declares. */
import Type, { type Static } from "typebox";
import { Fields, Id, JsonObject, Literals, Nullable, Page, Time } from "../kernel/schema.ts";
import { EVENT_TYPES } from "./facts.ts";
import { Gap } from "./gap-schema.ts";
import { AllowedStep, ChainLink, TASK } from "./schema.ts";

export const SHORTENED =
  "A payload of more than 2 KiB has only its short fields, the beginning of its long texts, payload_bytes and " +
  "payload_sha256.";

export const TaskEvent = Fields({
  id: Id,
  task_id: Id,
  event_type: Literals(EVENT_TYPES, { title: "TaskEventType" }),
  agent_id: Nullable(Id),
  user_id: Nullable(Id),
  payload: JsonObject,
  created_at: Time,
});
export type TaskEvent = Static<typeof TaskEvent>;

export const EventPage = Page(TaskEvent);

export const TaskDetail = Fields({
  ...TASK,
  gap: Nullable(Gap),
  events: Type.Array(TaskEvent),
  /** The links from the root down to this task. The root's link names a person. */
  chain: Type.Array(ChainLink),
  allowed_steps: Type.Array(AllowedStep),
});
export type TaskDetail = Static<typeof TaskDetail>;
