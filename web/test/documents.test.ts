/** Lists have no documents; the pages read a whole document when a person opens it. */
import { expect, test } from "vitest";
import { sendMessage } from "../../server/src/messages/operations/send-message.ts";
import { addTaskEvent } from "../../server/src/tasks/operations/add-task-event.ts";
import { completeTask } from "../../server/src/tasks/operations/complete-task.ts";
import { aRunningTask, aTask } from "../../server/test/harness/builders.ts";
import { aScene } from "../../server/test/harness/scene.ts";
import { withBrowser } from "./browser.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

test("an open page of tasks loads little while tasks run, and an opened task shows its documents", async () => {
  const { app, owner, agent } = await aScene(browser().app);
  for (let n = 0; n < 30; n++) await aTask(app, owner, agent, { title: `Large ${n}`, input: "i".repeat(100_000) });
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(owner));
  await goTo(page, "/tasks?status=all");
  const tasks = page.getByRole("table", { name: "Tasks" });
  await tasks.getByText("Large 29").waitFor();
  let bytes = 0;
  page.on("response", (response) => {
    if (!new URL(response.url()).pathname.startsWith("/api/tasks")) return;
    // A page that closes has no more bodies.
    const size = response.body().then(
      (body) => body.length,
      () => 0,
    );
    void size.then((length) => {
      bytes += length;
    });
  });
  for (let n = 0; n < 10; n++) {
    const { id, fence } = await aRunningTask(app, owner, agent, { title: `Tiny ${n}` });
    for (let done = 0; done < 3; done++) {
      await app.call(addTaskEvent, agent, { id, fence, type: "progress", payload: { done } });
    }
    await app.call(completeTask, agent, { id, fence, output: { answer: n } });
  }
  await tasks.getByText("Tiny 9").waitFor();
  await expect.poll(() => bytes).toBeGreaterThan(0);
  // One read of the list with the inputs would have 3 MB.
  expect(bytes).toBeLessThan(3_000_000);
  await tasks.getByRole("link", { name: "Tiny 9" }).click();
  await page.getByRole("complementary").getByText("answer").first().waitFor();
});

test("a long message and the data of a long event are read when a person wants all of them", async () => {
  const { app, owner, agent } = await aScene(browser().app);
  const content = `${"word ".repeat(300)}the last word`;
  const { thread_id } = await app.call(sendMessage, agent, { content, to_user_id: owner.id });
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(owner));
  await goTo(page, `/messages/${thread_id}`);
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByText("word word").waitFor();
  expect(await messages.getByText("the last word").count()).toBe(0);
  await messages.getByRole("button", { name: "Show all" }).click();
  await messages.getByText("the last word").waitFor();

  const { id, fence } = await aRunningTask(app, owner, agent);
  const payload = { log: "line ".repeat(500), report: { verdict: `the verdict ${"is good ".repeat(80)}` } };
  await app.call(addTaskEvent, agent, { id, fence, type: "tool_result", payload });
  await goTo(page, `/tasks/${id}`);
  await page.getByRole("button", { name: "Data of the event" }).last().click();
  await page.getByText("the verdict").first().waitFor();
});
