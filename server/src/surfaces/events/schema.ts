/** The query parameters and headers of the live feed. */
import Type from "typebox";
import { Fields } from "../../kernel/schema.ts";

/** The start of a fact type, such as `task.` */
export const FACT_TYPE_START = /^[a-z_.]{1,100}$/;
const Position = { maxLength: 400 };

export const LiveQuery = Fields({
  type: Type.Optional(
    Type.String({
      pattern: FACT_TYPE_START.source,
      maxLength: 100,
      description: "Only facts whose type begins with this text.",
    }),
  ),
  subject_id: Type.Optional(
    Type.String({ format: "uuid", maxLength: 36, description: "Only facts about this subject." }),
  ),
  last_event_id: Type.Optional(Type.String({ ...Position, description: "In place of the header." })),
});

export const LiveHeaders = Type.Object({
  "Last-Event-ID": Type.Optional(
    Type.String({
      ...Position,
      description:
        "Resume after this event. When the id is not one of this workspace's log, the stream begins with a reset.",
    }),
  ),
});
