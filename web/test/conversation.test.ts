/** Conversations while they go on, and the inbox by its keys. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();
/** More than one page of a conversation. */
const SAID = 70;

/** Pixels from the top of what scrolls to the top of a message in it. */
const topOf = (messages: Locator, text: string) =>
  messages.evaluate((scroller, wanted) => {
    const line = [...scroller.querySelectorAll("li")].find(({ innerText }) => innerText.includes(wanted));
    if (!line) throw new Error(`No message says ${wanted}`);
    return Math.round(line.getBoundingClientRect().top - scroller.getBoundingClientRect().top);
  }, text);

const isAtEnd = (messages: Locator) =>
  messages.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2);

test("what is read stays in its place while more is said below and read above, and is read only in sight", async () => {
  const { owner, worker, scene } = await aCrew(browser());
  const to = { to_agent_id: worker.agent.id };
  const said = [];
  for (let line = 1; line <= SAID; line += 1) said.push(await owner.messages.send({ ...to, content: `Line ${line}.` }));
  const [first] = said;
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, `/messages?open=${first?.thread_id}`);
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByText(`Line ${SAID}.`).waitFor();
  expect(await isAtEnd(messages)).toBe(true);

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
  expect(await isAtEnd(messages)).toBe(true);
  await expect
    .poll(async () => (await owner.messages.inbox({ unread: true })).items.map(({ content }) => content))
    .not.toContain("Something new.");
});

test("what could not be sent stands in the box again, with why", async () => {
  const { supervisor, worker, scene } = await aCrew(browser());
  // The two agents' own; nobody else writes there.
  const { thread_id } = await worker.client.messages.send({ to_agent_id: supervisor.agent.id, content: "Between us." });
  const { page, trouble } = await browser().open();
  trouble.expect(/^answer: 403 to POST .*\/api\/messages$/);
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, `/messages/${thread_id}`);
  const box = page.getByLabel("Your message");
  await box.fill("May I join?");
  await page.keyboard.press("Control+Enter");
  await page.getByText("direct messages of two others").first().waitFor();
  expect(await box.inputValue()).toBe("May I join?");
});

test("the keys of the inbox act on the row they are on, and the next row takes the place of one that is done", async () => {
  const { owner, supervisor, worker, scene } = await aCrew(browser());
  await worker.client.messages.send({ to_user_id: scene.owner.id, content: "Only so that you know." });
  await supervisor.client.messages.send({ to_user_id: scene.owner.id, content: "That too." });
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, "/inbox");
  const row = page.getByRole("row").filter({ hasText: "Only so that you know." });
  await row.getByRole("link").first().focus();
  await page.keyboard.press("e");
  await row.waitFor({ state: "detached" });
  expect((await owner.messages.inbox({ unread: true })).items.map(({ content }) => content)).not.toContain(
    "Only so that you know.",
  );
  const asks = page.getByRole("row").filter({ hasText: "Asks you" });
  await asks.getByRole("link").first().focus();
  await page.keyboard.press("r");
  const answer = page.getByLabel("Your answer");
  await answer.waitFor();
  await expect.poll(() => answer.evaluate((box) => box === document.activeElement)).toBe(true);
  await page.keyboard.type("Yes.");
  await page.keyboard.press("Control+Enter");
  await asks.waitFor({ state: "detached" });
  await page.keyboard.press("j");
  const focused = () => page.evaluate(() => document.activeElement?.closest('[role="row"]')?.textContent ?? "");
  await expect.poll(focused).toContain("That too.");
});
