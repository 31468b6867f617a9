/** The shapes of the events of a task. Their types are those that `facts.ts` declares. */
import Type, { type Static } from "typebox";
import { Fields, Id, JsonObject, Literals, Nullable, Page, Time } from "../kernel/schema.ts";
import { EVENT_TYPES } from "./facts.ts";
import { Gap } from "./gap-schema.ts";
import { TASK } from "./schema.ts";

const AllowedStep = Fields({
  step: Type.String(),
  allowed: Type.Boolean(),
  reason: Type.Optional(Type.String()),
});
const ChainLink = Fields({
  task_id: Id,
  title: Type.String(),
  depth: Type.Integer(),
  assigned_to_agent_id: Nullable(Id),
  created_by_agent_id: Nullable(Id),
  created_by_user_id: Nullable(Id),
  let_in_by_user_id: Nullable(
    Type.String({
      ...Id,
      description: "For a task that an agent or a service created: the person who is responsible for its key.",
    }),
  ),
});
export type ChainLink = Static<typeof ChainLink>;

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
