/** Lists have the beginnings of messages, and messages.get has the whole message. */
import { beforeAll, expect, it } from "vitest";
import { useApp } from "../../test/harness/harness.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { listThreads } from "./operations/list-threads.ts";
import { readInbox } from "./operations/read-inbox.ts";
import { sendMessage } from "./operations/send-message.ts";

const app = useApp();
let scene: Scene;
beforeAll(async () => {
  scene = await aScene(app());
});

it.each([
  ["a short text", "Füße", "Füße"],
  ["a text of 500 characters", "x".repeat(500), "x".repeat(500)],
  ["a long text", "é".repeat(20_000), "é".repeat(500)],
  ["a text with half a pair at the end", `${"x".repeat(499)}😀${"y".repeat(1_000)}`, "x".repeat(499)],
  ["a text of pairs", "😀".repeat(600), "😀".repeat(250)],
])("%s", async (_what, content, beginning) => {
  const { agent, other } = scene;
  const content_bytes = Buffer.byteLength(content);
  const sent = await app().call(sendMessage, other, { content, to_agent_id: agent.id });
  expect(sent).toMatchObject({ content, content_bytes });
  const { id, thread_id } = sent;
  const listed = [
    (await app().call(listMessages, agent, { thread_id })).items[0],
    (await app().call(readInbox, agent, { unread: true, limit: 200 })).items.at(-1),
    (await app().call(listThreads, agent, {})).items[0]?.last_message,
  ];
  for (const message of listed) expect(message).toMatchObject({ id, content: beginning, content_bytes });
  expect(await app().call(getMessage, agent, { id })).toMatchObject({ content, content_bytes });
});
