/** A page stays as it is while its server restarts, and when its session ends. */
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

async function aDraft() {
  const crew = await aCrew(browser());
  const opened = await browser().open();
  await signIn(opened.page, browser(), emailOf(crew.scene.owner));
  await goTo(opened.page, `/tasks/${crew.running.id}`);
  const draft = opened.page.getByLabel("Write about this task");
  await draft.fill("Not sent yet");
  return { ...opened, crew, draft };
}

test("after an expired session the person signs in again in another tab, and the message is sent", async () => {
  const { page, context, trouble, crew, draft } = await aDraft();
  trouble.expect(/^answer: 401 /);
  const { admin } = browser().app;
  await admin.query("delete from sessions where user_id = $1", [crew.scene.owner.id]);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const question = page.getByRole("dialog", { name: "You were signed out" });
  await question.getByRole("link", { name: "Sign in" }).waitFor();
  await page.getByText("Signed out", { exact: true }).waitFor({ state: "attached" });
  expect(await draft.inputValue()).toBe("Not sent yet");
  const other = await context.newPage();
  await signIn(other, browser(), emailOf(crew.scene.owner));
  await question.waitFor({ state: "hidden" });
  await page.getByText("Live", { exact: true }).waitFor();
  await expect.poll(() => draft.inputValue()).toBe("");
  // The session of the owner's client has ended too.
  const { items } = await crew.worker.client.messages.inbox({});
  expect(items.map(({ content }) => content)).toContain("Not sent yet");
});

// The last test of the file: the application of the server cannot be used after the restart.
test("a server that restarts under an open page eats no draft, and the page goes on", async () => {
  const { page, trouble, draft } = await aDraft();
  trouble.expect(/^request: /);
  await browser().stop();
  await page.getByText("Reconnecting", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("The server cannot be reached").first().waitFor();
  expect(await draft.inputValue()).toBe("Not sent yet");
  await browser().startAgain();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.reload();
  expect(await draft.inputValue()).toBe("Not sent yet");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect.poll(() => draft.inputValue()).toBe("");
  await page.getByText("Not sent yet").first().waitFor();
});
