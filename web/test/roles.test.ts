/** A task for a role, from the form to the pages that show it. */
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

test("a person creates a task for a role, and its pages say the role, then the agent that claimed it", async () => {
  const { worker, scene } = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, "/tasks?create=yes");
  const dialog = page.getByRole("dialog", { name: "New task" });
  await dialog.getByLabel(/^Title/).fill("Count the stars");
  await dialog.getByRole("tab", { name: "Any with a role" }).click();
  await dialog.getByLabel(/^Role/).selectOption("worker");
  await dialog.getByLabel(/^Details/).fill("All of them");
  await page.keyboard.press("Control+Enter");
  await dialog.waitFor({ state: "hidden" });
  await goTo(page, "/tasks?status=queued");
  const row = page.getByRole("row").filter({ hasText: "Count the stars" });
  await row.filter({ hasText: "Role: worker" }).waitFor();
  const { items } = await worker.client.tasks.claim({ limit: 5 });
  const task = items.find(({ title }) => title === "Count the stars");
  expect(task).toMatchObject({ assigned_to_agent_id: worker.agent.id, assigned_role: "worker" });
  await goTo(page, `/tasks/${task?.id}`);
  await page.getByText("Count the stars").first().waitFor();
  await page.getByRole("link", { name: worker.agent.name }).first().waitFor();
  await page.getByText("All facts").click();
  await page.getByRole("group").getByText("Role: worker").waitFor();
});
