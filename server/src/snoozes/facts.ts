/** The facts of snoozes. Their subject is the person. */
import { factType } from "../kernel/facts/fact.ts";
import { Fields } from "../kernel/schema.ts";
import { Snooze, Snoozed } from "./schema.ts";

export const inboxSnoozed = factType({
  type: "inbox.snoozed",
  subject: "user",
  meaning: "A person put a row of the own inbox away until a time.",
  data: Fields(Snooze.properties),
});

export const inboxBroughtBack = factType({
  type: "inbox.brought_back",
  subject: "user",
  meaning: "A person brought a row back to the own inbox before its time.",
  data: Snoozed,
});

export const SNOOZE_FACTS = [inboxSnoozed, inboxBroughtBack] as const;
