/** The facts of redactions. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Nullable } from "../kernel/schema.ts";
import { Redaction } from "./schema.ts";

const { reason, withdrawn } = Redaction.properties;

export const contentWithdrawn = factType({
  type: "content.withdrawn",
  subject: ["message", "task"],
  meaning: "A person withdrew content: of a message, of a task, or of an event of a task.",
  data: Fields({
    redaction_id: Id,
    event_id: Nullable(Type.String({ ...Id, description: "The event, when only one event was withdrawn." })),
    withdrawn,
    reason,
  }),
});

export const REDACTION_FACTS = [contentWithdrawn] as const;
