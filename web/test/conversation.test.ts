/** Conversations while messages arrive, and the inbox by keyboard. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();
/** More than one page of a conversation. */
const MESSAGES = 70;

/** Returns the pixels from the top of the scroller to the top of a message. */
const topOf = (messages: Locator, text: string) =>
  messages.evaluate((scroller, wanted) => {
    const line = [...scroller.querySelectorAll("li")].find(({ innerText }) => innerText.includes(wanted));
    if (!line) throw new Error(`No message says ${wanted}`);
    return Math.round(line.getBoundingClientRect().top - scroller.getBoundingClientRect().top);
  }, text);

const isAtEnd = (messages: Locator) =>
  messages.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2);

test("a conversation keeps its place while messages are added below and loaded above, and marks only visible ones as read", async () => {
  const { owner, worker, scene } = await aCrew(browser());
  const to = { to_agent_id: worker.agent.id };
  const sent = [];
  for (let line = 1; line <= MESSAGES; line += 1)
    sent.push(await owner.messages.send({ ...to, content: `Line ${line}.` }));
  const [first] = sent;
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, `/messages?open=${first?.thread_id}`);
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByText(`Line ${MESSAGES}.`).waitFor();
  await expect.poll(() => isAtEnd(messages)).toBe(true);

  await messages.evaluate((scroller) => scroller.scrollTo({ top: 900 }));
  const place = await topOf(messages, "Line 40.");
  await worker.client.messages.send({ to_user_id: scene.owner.id, content: "Something new." });
  const more = page.getByRole("button", { name: "1 new message" });
  await more.waitFor();
  expect(await topOf(messages, "Line 40.")).toBe(place);
  expect((await owner.messages.inbox({ unread: true })).items.map(({ content }) => content)).toContain(
    "Something new.",
  );

  await messages.evaluate((scroller) => scroller.scrollTo({ top: 200 }));
  const above = await topOf(messages, "Line 25.");
  await messages.getByText("Line 1.", { exact: true }).waitFor({ state: "attached" });
  expect(await topOf(messages, "Line 25.")).toBe(above);

  await more.click();
  await messages.getByText("Something new.").waitFor();
  await expect.poll(() => isAtEnd(messages)).toBe(true);
  await expect
    .poll(async () => (await owner.messages.inbox({ unread: true })).items.map(({ content }) => content))
    .not.toContain("Something new.");
});

test("a text that could not be sent stays in the field, with the reason", async () => {
  const { supervisor, worker, scene } = await aCrew(browser());
  // A direct thread of two agents, in which no one else may write.
  const { thread_id } = await worker.client.messages.send({ to_agent_id: supervisor.agent.id, content: "Between us." });
  const { page, trouble } = await browser().open();
  trouble.expect(/^answer: 403 to POST .*\/api\/messages$/);
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, `/messages/${thread_id}`);
  const box = page.getByLabel("Your message");
  await box.fill("May I join?");
  await page.keyboard.press("Control+Enter");
  await page.getByText("direct messages of two other parties").first().waitFor();
  expect(await box.inputValue()).toBe("May I join?");
});

test("the keys of the inbox act on the current row, the next row takes its place, and an answer opens the next question", async () => {
  const { owner, supervisor, worker, scene } = await aCrew(browser());
  await worker.client.messages.send({ to_user_id: scene.owner.id, content: "Only so that you know." });
  await supervisor.client.messages.send({ to_user_id: scene.owner.id, content: "That too." });
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, "/inbox");
  const rowOf = (text: string) => page.getByRole("row").filter({ hasText: text });
  const after = async (text: string) => {
    const texts = await page.getByRole("row").allInnerTexts();
    return texts[texts.findIndex((one) => one.includes(text)) + 1]?.split("\n")[0] ?? "";
  };
  await rowOf("That too.").getByRole("link").first().focus();
  expect(await after("That too.")).toBe("Only so that you know.");
  await page.keyboard.press("e");
  await rowOf("That too.").waitFor({ state: "detached" });
  expect((await owner.messages.inbox({ unread: true })).items.map(({ content }) => content)).not.toContain("That too.");
  await page.keyboard.press("j");
  const focused = () => page.evaluate(() => document.activeElement?.closest('[role="row"]')?.textContent ?? "");
  await expect.poll(focused).toContain("Only so that you know.");
  const next = await after("Asks you");
  expect(next).not.toBe("");
  await rowOf("Asks you").getByRole("link").first().focus();
  await page.keyboard.press("r");
  const answer = page.getByLabel("Your answer");
  await answer.waitFor();
  const isFocused = () => answer.evaluate((box) => box === document.activeElement);
  await expect.poll(isFocused).toBe(true);
  await page.keyboard.type("Yes.");
  await page.keyboard.press("Control+Enter");
  await rowOf("Asks you").waitFor({ state: "detached" });
  await page
    .getByRole("row")
    .filter({ has: page.locator("a[aria-current]"), hasText: next })
    .waitFor();
  await expect.poll(isFocused).toBe(true);
});

test("an agent that is away is one row of the inbox, which leads to its waiting tasks", async () => {
  const { owner, scene } = await aCrew(browser());
  const silent = await owner.agents.create({ name: "Ada" });
  await browser().app.admin.query("update agents set created_at = created_at - interval '3 minutes' where id = $1", [
    silent.id,
  ]);
  for (const title of ["Count the lines", "Read the log"]) {
    await owner.tasks.create({ title, assigned_to_agent_id: silent.id });
  }
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, "/inbox");
  const row = page.getByRole("row").filter({ hasText: "Agent is away" });
  await row.filter({ hasText: "2 tasks wait" }).filter({ hasText: "Ada" }).getByRole("link").first().click();
  const panel = page.getByRole("complementary", { name: "Detail" });
  await panel.getByRole("heading", { name: "2 tasks wait for Ada" }).waitFor();
  await panel.getByRole("link", { name: "Count the lines" }).waitFor();
  await panel.getByRole("link", { name: "Assign its waiting tasks" }).click();
  await page.getByRole("row").filter({ hasText: "Read the log" }).waitFor();
  expect(page.url()).toContain(silent.id);
});
