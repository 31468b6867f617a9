/** Handles requested answers that became due. */
import Type from "typebox";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { overdueFact, sentFact } from "../facts.ts";
import { mergeNotices, overdueNotice, overdueNoticesOf, reminderOf } from "../obligations.ts";
import { addNotices, type PendingNotice, takeNotices } from "../store/notices.ts";
import { type Outgoing, sendMessages } from "../store/send.ts";
import { takeDue } from "../store/sweep.ts";
import { sentToWire } from "../to-wire.ts";

export const sweepMessages = command({
  name: "messages.sweep",
  summary: "Send reminders of due answers in one workspace, and escalate missing answers.",
  route: "POST /internal/messages/sweep",
  internal: true,
  permission: "messages:sweep",
  input: Fields({}),
  output: Fields({ reminded: Type.Integer(), overdue: Type.Integer() }),
  problems: [],
  async run({ tx, env }) {
    const due = await takeDue(tx);
    const late = due.filter(({ overdue_at }) => overdue_at !== null);
    const notices: Outgoing[] = due.filter(({ overdue_at }) => overdue_at === null).map(reminderOf);
    const output = { reminded: notices.length, overdue: late.length };
    const facts: Fact[] = [];
    const pending: PendingNotice[] = [];
    for (const message of late) {
      const overdue = await overdueNoticesOf(tx, message);
      pending.push(...overdue.pending);
      facts.push(overdueFact(message, overdue.escalatedTo));
    }
    await addNotices(tx, mergeNotices(pending));
    notices.push(...(await takeNotices(tx)).map(overdueNotice));
    const made = await sendMessages(tx, notices, env.settings.hopsMax);
    facts.push(...notices.map((message) => sentFact(sentToWire(message, made.get(message.id) ?? ""))));
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
