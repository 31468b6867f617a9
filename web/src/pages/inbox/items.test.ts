import type { Invitation, Message } from "@bailiwick/sdk";
import { describe, expect, test } from "vitest";
import type { TaskRow } from "../../data/tasks.ts";
import { type InboxSources, inboxItems, waitingText } from "./items.ts";

// Only the fields on which the order depends.
const task = (id: string, at: string, code = "reason") =>
  ({ id, updated_at: at, blocked_reason: { code, reason: "" } }) as unknown as TaskRow;
const message = (id: string, to: string | null, reply_state: Message["reply_state"], more: Partial<Message> = {}) =>
  ({
    id,
    role: "agent",
    to_user_id: to,
    from_user_id: null,
    thread_id: `thread of ${id}`,
    in_reply_to: null,
    reply_by: null,
    reply_state,
    created_at: "2026-01-01",
    ...more,
  }) as Message;
const notice = (id: string, about: string) => message(id, "me", "none", { role: "system", in_reply_to: about });
const nowMs = Date.parse("2026-01-10T00:00:00Z");
const none: InboxSources = {
  userId: "me",
  nowMs,
  blocked: [],
  unread: [],
  awaiting: [],
  away: [],
  gaps: [],
  invitations: [],
};
const kinds = (sources: Partial<InboxSources>) =>
  inboxItems({ ...none, ...sources }).map(({ kind, id }) => `${kind} ${id}`);

describe("the inbox", () => {
  test("lists the most urgent kind first, and the newest item of a kind first", () => {
    const gap = { code: "agent_paused", reason: "", next_step: "", waiting_since: "2026-01-01" };
    expect(
      kinds({
        blocked: [
          task("waits", "2026-01-03", "waiting_for_children"),
          task("old", "2026-01-01"),
          task("new", "2026-01-02"),
          task("up", "2026-01-01", "waiting_for_person"),
        ],
        awaiting: [message("late", "me", "overdue"), message("theirs", null, "overdue"), message("mine", "me", "open")],
        unread: [message("plain", "me", "none")],
        away: [{ agent_id: "silent", waiting: 1, gap }],
        gaps: [{ task: task("gap", "2026-01-01"), gap }],
        invitations: [{ id: "i", created_at: "2026-01-09" } as Invitation],
      }),
    ).toEqual([
      "escalation task:up",
      "overdue message:late",
      "blocked task:new",
      "blocked task:old",
      "question message:mine",
      "message message:plain",
      "stuck message:theirs",
      "away agent:silent",
      "gap task:gap",
      "invitation invitation:i",
    ]);
  });

  test("says how many tasks wait for an agent that is away", () => {
    const gap = { code: "agent_away", reason: "Away.", next_step: "", waiting_since: "2026-01-02" };
    const text = (waiting: number) => waitingText({ agent_id: "Ada", waiting, gap });
    expect([1, 2, 101, 1_000].map(text)).toEqual([
      "1 task waits",
      "2 tasks wait",
      "101 tasks wait",
      "1000 or more tasks wait",
    ]);
  });

  test("lists a thing once, with its most urgent kind", () => {
    const gap = { code: "at_limit", reason: "", next_step: "", waiting_since: "2026-01-01" };
    expect(kinds({ blocked: [task("t", "2026-01-01")], gaps: [{ task: task("t", "2026-01-01"), gap }] })).toEqual([
      "blocked task:t",
    ]);
    const question = message("m", "me", "open");
    expect(kinds({ awaiting: [question], unread: [question] })).toEqual(["question message:m"]);
  });

  test("has no open replies between agents, and no messages of the person", () => {
    const own = { ...message("own", null, "overdue"), from_user_id: "me" };
    expect(kinds({ awaiting: [message("agents", null, "open"), message("other", "you", "open"), own] })).toEqual([]);
  });

  test("has no answered message, even when it is unread", () => {
    expect(kinds({ unread: [message("m", "me", "answered"), notice("n", "m")] })).toEqual([]);
  });

  test("puts the server's notice about a question into the item of the question", () => {
    const question = message("m", "me", "overdue");
    const items = inboxItems({ ...none, awaiting: [question], unread: [question, notice("n", "m")] });
    expect(items).toMatchObject([{ id: "message:m", kind: "overdue", unreadIds: ["m", "n"] }]);
    const theirs = message("theirs", null, "overdue");
    expect(inboxItems({ ...none, awaiting: [theirs], unread: [notice("n", "theirs")] })).toMatchObject([
      { id: "message:theirs", kind: "stuck", unreadIds: ["n"] },
    ]);
    expect(kinds({ unread: [notice("n", "unknown")] })).toEqual(["message message:n"]);
  });

  test("has one item per conversation without a question, with the id of its oldest message", () => {
    const aMessage = (id: string, created_at: string) => message(id, "me", "none", { thread_id: "t", created_at });
    const unread = [aMessage("1", "2026-01-01"), aMessage("2", "2026-01-02"), aMessage("3", "2026-01-03")];
    const items = inboxItems({ ...none, unread: [...unread, message("other", "me", "none")] });
    expect(items).toMatchObject([
      { id: "message:1", at: "2026-01-03", message: { id: "3" }, earlier: [{ id: "1" }, { id: "2" }] },
      { id: "message:other", earlier: [] },
    ]);
    expect(items[0]).toMatchObject({ unreadIds: ["1", "2", "3"] });
  });

  test("keeps an overdue reply between agents for a week, and one of the person for ever", () => {
    const late = (id: string, to: string | null, reply_by: string) => message(id, to, "overdue", { reply_by });
    const awaiting = [
      late("fresh", null, "2026-01-03T00:00:01Z"),
      late("old", null, "2026-01-02T23:59:59Z"),
      late("mine", "me", "2025-12-01T00:00:00Z"),
    ];
    expect(kinds({ awaiting })).toEqual(["overdue message:mine", "stuck message:fresh"]);
  });
});
