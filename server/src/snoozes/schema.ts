/** The shapes of snoozes: rows of the inbox that a person put away until later. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, Literals, Page, Time } from "../kernel/schema.ts";

/** The most rows that one person can put away at a time. */
export const SNOOZES_MAX = 200;
export const SNOOZE_DAYS_MAX = 366;

const kind = Literals(["task", "message"], { title: "SnoozeKind" });

export const Snoozed = Fields({ kind, id: Id });
export type Snoozed = Static<typeof Snoozed>;
export const SnoozeInput = Fields({
  kind,
  id: Id,
  until: Type.String({ ...Time, description: `A time in the future, at most ${SNOOZE_DAYS_MAX} days from now.` }),
});
export const Snooze = Fields({ kind, id: Id, until: Time }, { title: "Snooze" });
export const SnoozePage = Page(Snooze);

/** The columns of `snoozes`. */
const SnoozeColumns = Fields({
  workspace_id: Id,
  user_id: Id,
  kind,
  id: Id,
  until: Time,
  mark: Type.String(),
});
export type SnoozeRow = Static<typeof SnoozeColumns>;
export const SNOOZE_COLUMNS = columnsOf(SnoozeColumns);
