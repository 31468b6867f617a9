import type { Invitation, Message } from "@bailiwick/sdk";
import { describe, expect, test } from "vitest";
import type { TaskRow } from "../../data/tasks.ts";
import { groupedByCause, partedBy, untilOfItem } from "./grouped.ts";
import { type InboxSources, inboxItems, inTab, isDecision, nextQuestion, waitingText } from "./items.ts";
import { rowsOf } from "./snooze-rows.ts";

// Only the fields on which the order depends.
const task = (id: string, at: string, code = "reason") =>
  ({
    id,
    updated_at: at,
    due_at: null,
    assigned_to_agent_id: null,
    blocked_reason: { code, reason: "" },
  }) as unknown as TaskRow;
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
  failed: [],
  unread: [],
  awaiting: [],
  away: [],
  gaps: [],
  invitations: [],
  alerts: [],
  webhooks: [],
  requests: [],
  actions: [],
};
const kinds = (sources: Partial<InboxSources>) =>
  inboxItems({ ...none, ...sources }).map(({ kind, id }) => `${kind} ${id}`);

describe("the inbox", () => {
  test("lists decisions first, then causes and news, each by deadline and then the newest first", () => {
    const gap = { code: "pool_empty", reason: "", next_step: "", waiting_since: "2026-01-01" };
    const late = message("late", "me", "overdue", { reply_by: "2026-01-08" });
    expect(
      kinds({
        blocked: [
          task("waits", "2026-01-03", "waiting_for_children"),
          task("old", "2026-01-01"),
          task("new", "2026-01-02"),
          task("up", "2026-01-01", "waiting_for_person"),
        ],
        awaiting: [late, message("theirs", null, "overdue"), message("mine", "me", "open")],
        unread: [message("plain", "me", "none")],
        away: [{ agent_id: "silent", waiting: 1, gap }],
        gaps: [{ task: task("gap", "2026-01-01"), gap }],
        invitations: ["2026-01-10T12:00:00Z", "2026-01-15"].map(
          (expires_at, at) => ({ id: ["i", "later"][at], created_at: "2026-01-09", expires_at }) as Invitation,
        ),
      }),
    ).toEqual([
      "overdue message:late",
      "blocked task:new",
      "blocked task:old",
      "escalation task:up",
      "question message:mine",
      "away agent:silent",
      "gap task:gap",
      "stuck message:theirs",
      "message message:plain",
      "invitation invitation:i",
    ]);
  });

  test("says how many tasks wait for an agent that is away", () => {
    expect([1, 2, 101, 1_000].map(waitingText)).toEqual([
      "1 task waits",
      "2 tasks wait",
      "101 tasks wait",
      "1000 or more tasks wait",
    ]);
  });

  test("has one row for a paused agent, and none for what ends by itself", () => {
    const gap = (code: string) => ({ code, reason: "", next_step: "", waiting_since: "2026-01-01" });
    const of = (id: string, code: string) => ({
      task: { ...task(id, "2026-01-01"), assigned_to_agent_id: "crawler" },
      gap: gap(code),
    });
    const items = inboxItems({
      ...none,
      blocked: [task("busy", "2026-01-01", "at_limit")],
      gaps: [
        ...[of("1", "agent_paused"), of("2", "agent_paused"), of("3", "at_limit"), of("4", "dependency_failed")],
        ...[of("5", "provider_capacity"), of("6", "provider_quota")],
      ],
    });
    expect(items).toMatchObject([
      { id: "agent:crawler", away: { waiting: 3, gap: { code: "agent_paused" } } },
      { id: "task:4", kind: "gap" },
    ]);
    expect(items.filter(isDecision)).toEqual([]);
  });

  test("has one row for a cap, one for a stop, and one for an agent with its blocked tasks", () => {
    const gap = { code: "cap", reason: "Used up.", next_step: "", waiting_since: "2026-01-01", policy_id: "cap" };
    const stop = { code: "stopped", reason: "Stopped.", next_step: "", waiting_since: "2025-12-31", stop_id: "all" };
    const blocked = (id: string, code: string, more: object) => ({
      ...task(id, "2026-01-01"),
      assigned_to_agent_id: "crawler",
      status: "blocked" as const,
      blocked_reason: { code, reason: "", next_step: "", ...more },
    });
    const items = inboxItems({
      ...none,
      blocked: [
        blocked("refused", "cap", { policy_id: "cap" }),
        blocked("begun", "tree_stopped", { stop_id: "all" }),
        blocked("held", "agent_paused", {}),
      ],
      gaps: [
        { task: task("queued", "2026-01-01"), gap },
        { task: task("other", "2026-01-02"), gap },
        { task: task("still", "2026-01-02"), gap: stop },
      ],
    });
    expect(items).toMatchObject([
      { id: "limit:cap", kind: "capped", waiting: [{ id: "queued" }, { id: "other" }, { id: "refused" }] },
      { id: "stop:all", kind: "stopped", causeId: "all", waiting: [{ id: "still" }, { id: "begun" }] },
      { id: "agent:crawler", kind: "away", away: { waiting: 1 }, blocked: [{ id: "held" }] },
    ]);
    expect(items.filter((item) => inTab(item, "waiting", "me"))).toHaveLength(3);
  });

  test("has failed roots of the person for a day, and tabs for what is theirs and for what is blocked", () => {
    const failed = (id: string, more: object) => ({
      ...task(id, "2026-01-09"),
      created_by_user_id: "me",
      parent_task_id: null,
      finished_at: "2026-01-09T12:00:00Z",
      ...more,
    });
    const items = inboxItems({
      ...none,
      blocked: [task("waits", "2026-01-09")],
      failed: [
        failed("mine", {}),
        failed("child", { parent_task_id: "mine" }),
        failed("theirs", { created_by_user_id: "you" }),
        failed("old", { finished_at: "2026-01-08T23:00:00Z" }),
        failed("retried", { retried_by_task_id: "again" }),
      ],
    });
    const inTabs = (tab: "mine" | "blocked") => items.filter((item) => inTab(item, tab, "me")).map(({ id }) => id);
    expect(items.filter(isDecision).map(({ id }) => id)).toEqual(["task:mine", "task:waits"]);
    expect([inTabs("mine"), inTabs("blocked")]).toEqual([["task:mine"], ["task:waits"]]);
  });

  test("lists a thing once, with its most urgent kind", () => {
    const gap = { code: "budget", reason: "", next_step: "", waiting_since: "2026-01-01" };
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

  test("parts what is away, the next one first, and orders by the number of tasks that wait", () => {
    const items = inboxItems({
      ...none,
      blocked: [task("a", "2026-01-03"), task("b", "2026-01-02"), { ...task("c", "2026-01-01"), dependent_count: 4 }],
    });
    expect(items.map(({ id }) => id)).toEqual(["task:c", "task:a", "task:b"]);
    const untilOf = new Map([
      ["task:a", "2026-01-12"],
      ["task:b", "2026-01-11"],
      ["task:gone", "2026-01-11"],
    ]);
    const { rows, snoozed } = partedBy(items, untilOf);
    expect([rows, snoozed].map((some) => some.map(({ id }) => id))).toEqual([["task:c"], ["task:b", "task:a"]]);
  });

  test("the next question follows the answered one, then the list begins again", () => {
    const items = inboxItems({
      ...none,
      blocked: ["a", "b", "c"].map((id) => task(id, "2026-01-01", id === "b" ? "budget" : "blocked_by_agent")),
    });
    expect(nextQuestion(items, "task:a")?.id).toBe("task:c");
    expect(nextQuestion(items, "task:c")?.id).toBe("task:a");
    expect(nextQuestion(items.slice(0, 1), "task:a")).toBeUndefined();
  });
});

describe("tasks with one cause", () => {
  const asking = (id: string, reason: string, more = {}) => ({
    ...task(id, "2026-01-05", "blocked_by_agent"),
    blocked_reason: { code: "blocked_by_agent", reason, ...more },
  });
  const grouped = (blocked: unknown[], failed: unknown[] = []) =>
    groupedByCause(inboxItems({ ...none, blocked: blocked as TaskRow[], failed: failed as TaskRow[] }));

  test("are one row, at the place of the first one; others keep their own rows", () => {
    const rows = grouped([asking("a", "Which rate?"), asking("b", "Which rate?"), asking("c", "Which color?")]);
    expect(rows).toMatchObject([
      { id: "alike:task:a", kind: "alike", of: "blocked", text: "Which rate?", tasks: [{ id: "a" }, { id: "b" }] },
      { id: "task:c" },
    ]);
    expect(rows.filter(isDecision)).toHaveLength(2);
    expect(rows.map((row) => inTab(row, "blocked", "me"))).toEqual([true, true]);
    expect(nextQuestion(rows, "task:c")).toMatchObject({ id: "alike:task:a" });
  });

  test("stand apart when their answers or times differ, or when they say nothing", () => {
    const due = { ...asking("d", "Which rate?"), due_at: "2026-01-06" };
    const options = asking("e", "Which rate?", { options: ["7 %"] });
    expect(grouped([asking("a", "Which rate?"), due, options]).map(({ id }) => id)).toEqual([
      "task:d",
      "task:a",
      "task:e",
    ]);
    expect(grouped([asking("a", ""), asking("b", "")])).toHaveLength(2);
  });

  test("are put away as one row, with one time", () => {
    const blocked = ["a", "b", "c", "d"].map((id) => asking(id, "Which rate?")) as TaskRow[];
    const items = inboxItems({ ...none, blocked });
    const [one, next] = ["2026-01-12", "2026-01-13"];
    const untilOf = new Map(Object.entries({ "task:a": one, "task:b": one, "task:c": next }));
    const { rows, snoozed } = partedBy(items, untilOf);
    expect(rows).toMatchObject([{ id: "task:d" }]);
    expect(snoozed).toMatchObject([{ kind: "alike", tasks: [{ id: "a" }, { id: "b" }] }, { id: "task:c" }]);
    expect(snoozed.map((item) => untilOfItem(item, untilOf))).toEqual(["2026-01-12", "2026-01-13"]);
    expect(snoozed.map(rowsOf)).toMatchObject([[{ kind: "task", id: "a" }, { id: "b" }], [{ id: "c" }]]);
  });

  test("that failed are one row for each reason", () => {
    const failed = ["f", "g"].map((id) => ({
      ...task(id, "2026-01-09"),
      blocked_reason: null,
      failed_reason: "The registry answered 503.",
      created_by_user_id: "me",
      parent_task_id: null,
      finished_at: "2026-01-09T12:00:00Z",
    }));
    const [row] = grouped([], failed);
    expect(row).toMatchObject({ kind: "alike", of: "failed", text: "The registry answered 503." });
    expect(row && inTab(row, "mine", "me")).toBe(true);
  });
});
