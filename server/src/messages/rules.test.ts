import fc from "fast-check";
import { expect, it } from "vitest";
import { draftMessage, faultOf, replyState, requireReplyTime } from "./rules.ts";
import { directThreadId, isDerived, taskThreadId } from "./thread-id.ts";

const id = fc.uuid();
const input = fc.record(
  { content: fc.constant("A word"), to_agent_id: id, to_user_id: id, task_id: id, thread_id: id, in_reply_to: id },
  { requiredKeys: ["content"] },
);
const sender = fc.record({ kind: fc.constantFrom("agent", "user", "system"), id });

it("role and sender are those of the caller, for every input", () => {
  fc.assert(
    fc.property(input, sender, (given, by) => {
      const draft = draftMessage(given, by);
      expect(draft.role).toBe(by.kind);
      expect([draft.from_agent_id, draft.from_user_id].filter((from) => from !== null)).toEqual(
        by.kind === "system" ? [] : [by.id],
      );
    }),
  );
});

it("a message needs an addressee, a task or a thread, and at most one addressee, who is not the sender", () => {
  fc.assert(
    fc.property(input, sender, (given, by) => {
      const { to_agent_id: agent, to_user_id: user, task_id: task, thread_id: thread } = given;
      const isSound = !(agent && user) && Boolean(agent || user || task || thread);
      expect(faultOf(draftMessage(given, by), by) === undefined).toBe(isSound);
      if (by.kind !== "agent") return;
      const toItself = { content: "A word", to_agent_id: by.id };
      expect(faultOf(draftMessage(toItself, by), by)?.details.errors).toMatchObject([{ path: "/to_agent_id" }]);
    }),
  );
});

it("an answer may be requested within thirty days", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const draft = (reply_by: string) => ({ ...draftMessage({ content: "A word" }, { kind: "user", id: "" }), reply_by });
  for (const time of ["2026-01-01T00:00:01Z", "2026-01-31T00:00:00Z"]) requireReplyTime(draft(time), now);
  for (const time of ["2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z", "2026-01-31T00:00:01Z"]) {
    expect(() => requireReplyTime(draft(time), now)).toThrow("reply_by");
  }
});

it("the state of an answer follows from its times", () => {
  const at = "2026-01-01T00:00:00Z";
  expect(replyState({ reply_by: null, replied_at: null, overdue_at: null })).toBe("none");
  expect(replyState({ reply_by: at, replied_at: null, overdue_at: null })).toBe("open");
  expect(replyState({ reply_by: at, replied_at: null, overdue_at: at })).toBe("overdue");
  expect(replyState({ reply_by: at, replied_at: at, overdue_at: at })).toBe("answered");
});

it("the direct thread is the same for both parties, differs for every pair, and has UUID version 8", () => {
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 3, maxLength: 3 }), ([one = "", two = "", three = ""]) => {
      const thread = directThreadId(one, two);
      expect(directThreadId(two, one)).toBe(thread);
      expect(new Set([thread, directThreadId(one, three), taskThreadId(one), taskThreadId(two)]).size).toBe(4);
      expect(thread).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(isDerived(thread)).toBe(true);
    }),
  );
});
