import type { Invitation, Message, Task } from "@bailiwick/sdk";
import { describe, expect, test } from "vitest";
import { type InboxSources, inboxItems } from "./items.ts";

// Only the fields that the order depends on.
const task = (id: string, at: string, code = "reason") =>
  ({ id, updated_at: at, blocked_reason: { code, reason: "" } }) as unknown as Task;
const message = (id: string, to: string | null, reply_state: Message["reply_state"], at = "2026-01-01") =>
  ({ id, to_user_id: to, from_user_id: null, reply_state, created_at: at }) as unknown as Message;
const none: InboxSources = { userId: "me", blocked: [], unread: [], awaiting: [], gaps: [], invitations: [] };
const kinds = (sources: Partial<InboxSources>) =>
  inboxItems({ ...none, ...sources }).map(({ kind, id }) => `${kind} ${id}`);

describe("what waits for a person", () => {
  test("comes with the most urgent kind first, and the newest of a kind first", () => {
    const gap = { code: "agent_paused", reason: "", next_step: "", waiting_since: "2026-01-01" };
    expect(
      kinds({
        blocked: [task("old", "2026-01-01"), task("new", "2026-01-02"), task("up", "2026-01-01", "waiting_for_person")],
        awaiting: [
          message("late", "me", "overdue"),
          message("theirs", null, "overdue"),
          message("asked", "me", "open"),
        ],
        unread: [message("plain", "me", "none")],
        gaps: [{ task: task("gap", "2026-01-01"), gap }],
        invitations: [{ id: "i", created_at: "2026-01-09" } as Invitation],
      }),
    ).toEqual([
      "escalation task:up",
      "overdue message:late",
      "blocked task:new",
      "blocked task:old",
      "question message:asked",
      "message message:plain",
      "stuck message:theirs",
      "gap task:gap",
      "invitation invitation:i",
    ]);
  });

  test("stands in it once, as the most urgent of what it is", () => {
    const gap = { code: "agent_away", reason: "", next_step: "", waiting_since: "2026-01-01" };
    expect(kinds({ blocked: [task("t", "2026-01-01")], gaps: [{ task: task("t", "2026-01-01"), gap }] })).toEqual([
      "blocked task:t",
    ]);
    const asked = message("m", "me", "open");
    expect(kinds({ awaiting: [asked], unread: [asked] })).toEqual(["question message:m"]);
  });

  test("is not what agents still answer each other, nor what the person wrote", () => {
    const own = { ...message("own", null, "overdue"), from_user_id: "me" };
    expect(kinds({ awaiting: [message("agents", null, "open"), message("other", "you", "open"), own] })).toEqual([]);
  });
});
