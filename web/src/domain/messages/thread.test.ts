import type { Message } from "@bailiwick/sdk";
import { describe, expect, test } from "vitest";
import { addressIn, partiesOf, replyTo, withDays } from "./thread.ts";

const message = (fields: Partial<Message>): Message => ({
  id: "m",
  role: "agent",
  content: "",
  content_bytes: 0,
  from_agent_id: null,
  from_user_id: null,
  to_agent_id: null,
  to_user_id: null,
  task_id: null,
  thread_id: "t",
  in_reply_to: null,
  reply_by: null,
  attachment_ids: [],
  replied_at: null,
  reply_state: "none",
  created_at: "",
  delivered_at: null,
  read_at: null,
  ...fields,
});

describe("a new message in a conversation", () => {
  test("about a task goes to the task", () => {
    const about = message({ task_id: "task", from_agent_id: "a", to_user_id: "me" });
    expect(addressIn("t", "me", [about])).toEqual({ task_id: "task" });
  });

  test("between two goes to the other one, for any last sender", () => {
    const toMe = message({ from_agent_id: "a", to_user_id: "me" });
    const fromMe = message({ from_user_id: "me", to_agent_id: "a" });
    const expected = { thread_id: "t", to_agent_id: "a" };
    expect(addressIn("t", "me", [toMe])).toEqual(expected);
    expect(addressIn("t", "me", [fromMe, toMe])).toEqual(expected);
    const notice = message({ role: "system", to_user_id: "me" });
    expect(addressIn("t", "me", [notice, toMe])).toEqual(expected);
  });

  test("in a thread, or between two others, goes to the thread", () => {
    expect(addressIn("t", "me", [message({ from_user_id: "me" })])).toEqual({ thread_id: "t" });
    expect(addressIn("t", "me", [message({ from_agent_id: "a", to_agent_id: "b" })])).toEqual({ thread_id: "t" });
  });
});

test("a reply goes to the sender, in the same place", () => {
  expect(replyTo(message({ from_user_id: "you", to_user_id: "me" }))).toEqual({
    in_reply_to: "m",
    thread_id: "t",
    to_user_id: "you",
  });
  expect(replyTo(message({ from_agent_id: "a", task_id: "task" }))).toEqual({
    in_reply_to: "m",
    task_id: "task",
    to_agent_id: "a",
  });
});

test("the first message of a day is marked", () => {
  const at = (id: string, day: number, hour: number) =>
    message({ id, created_at: new Date(2026, 0, day, hour).toISOString() });
  const lines = withDays([at("c", 2, 0), at("b", 1, 23), at("a", 1, 0)]);
  expect(lines.map(({ message: { id }, isNewDay }) => `${id} ${isNewDay}`)).toEqual(["a true", "b false", "c true"]);
});

test("participants are returned once, the person last", () => {
  const messages = [
    message({ from_user_id: "me", to_agent_id: "a" }),
    message({ from_agent_id: "b", to_user_id: "me" }),
    message({ role: "system", to_agent_id: "a" }),
  ];
  expect(partiesOf(messages, "me")).toEqual(["a", "b", "me"]);
  expect(partiesOf([message({ from_agent_id: "a", to_agent_id: "b" })], "me")).toEqual(["a", "b"]);
});
