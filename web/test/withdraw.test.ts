/** A person withdraws messages and the input of a task, and everybody sees who did so and why. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();
const SECRET = "sk-pasted-by-mistake";

test("the owner withdraws messages and the input of a task, and the reason stands in their place", async () => {
  const { owner, worker, scene } = await aCrew(browser());
  const message = await owner.messages.send({ to_agent_id: worker.agent.id, content: `Use ${SECRET}.` });
  const task = await owner.tasks.create({
    title: "Deploy",
    assigned_to_agent_id: worker.agent.id,
    input: { key: SECRET },
  });
  await owner.messages.send({ task_id: task.id, content: `The key is ${SECRET}.` });
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));

  const withdraw = async (what: string, within: Locator = page.locator("body")) => {
    await within.getByRole("button", { name: `Withdraw ${what}` }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText("cannot be restored").waitFor();
    await dialog.getByRole("textbox").fill("A key was pasted");
    await dialog.getByRole("button", { name: "Withdraw", exact: true }).click();
  };
  await goTo(page, `/messages?open=${message.thread_id}`);
  const messages = page.getByRole("region", { name: "Messages" });
  await withdraw("this message", messages.getByRole("listitem").filter({ hasText: SECRET }));
  await messages.getByText("A key was pasted").waitFor();
  expect(await messages.getByText(SECRET).count()).toBe(0);

  await goTo(page, `/tasks/${task.id}`);
  await withdraw("the input");
  await page.getByText("Withdrawn by").first().waitFor();
  await page.getByText("A key was pasted").waitFor();
  await withdraw("this message");
  await page.getByText("[Withdrawn by").waitFor();
  expect(await page.getByText(SECRET).count()).toBe(0);
  for (const what of ["the input", "this message"]) {
    await expect.poll(() => page.getByRole("button", { name: `Withdraw ${what}` }).count()).toBe(0);
  }
});
