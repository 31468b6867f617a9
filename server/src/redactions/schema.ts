/** The shapes of redactions: content that a person withdrew. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, Literals, Nullable, Page, PageInput, Reason, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

export const KINDS = ["message", "task", "event"] as const;
export const TASK_FIELDS = ["input", "output", "progress"] as const;
export type TaskField = (typeof TASK_FIELDS)[number];
const FIELDS = ["content", ...TASK_FIELDS, "payload"] as const;

const subject = Fields({ kind: Literals(KINDS, { title: "RedactionSubjectKind" }), id: Id });

export const RedactionInput = Fields({
  subject: Fields({
    ...subject.properties,
    fields: Type.Optional(
      Type.Array(Literals(TASK_FIELDS, { title: "RedactionField" }), {
        minItems: 1,
        uniqueItems: true,
        description: "For a task: the parts to withdraw. Without fields, all parts. progress is every reported event.",
      }),
    ),
    task_id: Type.Optional(
      Type.String({ ...Id, description: "For an event: its task, so that the search does not read the whole log." }),
    ),
  }),
  reason: Text(TEXT_LIMITS.reason, { description: "Everybody who could read the content sees the reason." }),
});

export type RedactionInput = Static<typeof RedactionInput>;

const Withdrawn = Fields({
  field: Literals(FIELDS),
  bytes: Type.Integer({ description: "The size of the withdrawn content as JSON, or as text for a message." }),
  sha256: Nullable(
    Type.String({
      description: "The SHA-256 of that text. Null when only events had the content: each event keeps its own.",
    }),
  ),
});
export type Withdrawn = Static<typeof Withdrawn>;

/** The columns of `redactions`. */
export const RedactionColumns = Fields({
  workspace_id: Id,
  id: Id,
  subject_kind: Literals(KINDS),
  subject_id: Id,
  task_id: Nullable(Id),
  withdrawn: Type.Array(Withdrawn),
  reason: Type.String(),
  by_user_id: Id,
  created_at: Time,
});
export type RedactionRow = Static<typeof RedactionColumns>;
export const REDACTION_COLUMNS = columnsOf(RedactionColumns);

export const Redaction = Fields(
  {
    id: Id,
    subject,
    task_id: Nullable(Type.String({ ...Id, description: "The task of the subject, if any." })),
    withdrawn: Type.Array(Withdrawn),
    reason: Reason,
    by_user_id: Id,
    created_at: Time,
  },
  { title: "Redaction" },
);
export type Redaction = Static<typeof Redaction>;
export const RedactionPage = Page(Redaction);
export const ListRedactionsInput = Fields({
  subject_id: Type.Optional(Id),
  task_id: Type.Optional(
    Type.String({ ...Id, description: "Only redactions of this task, of its events and of its messages." }),
  ),
  ...PageInput,
});
