/** Questions of agents, and the steps that people take, on the page of a task. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, type Crew, fenceOf, start } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

/** A task that its agent blocked with a question. */
async function aQuestion(
  { owner, worker }: Crew,
  title: string,
  reason: string,
  options?: string[],
  more: { due_at?: string } = {},
) {
  const task = await owner.tasks.create({ title, assigned_to_agent_id: worker.agent.id, ...more });
  const { fence } = await start(worker, task);
  await worker.client.tasks.block({ id: task.id, fence, reason, ...(options && { options }) });
  return task;
}

test("a question is answered on the page of its task, in words and with a suggested answer", async () => {
  const crew = await aCrew(browser());
  const { owner, worker } = crew;
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const { id } = await aQuestion(crew, "Price the gift card", "Which VAT rate applies?", ["7 %", "19 %"]);
  await goTo(page, `/tasks/${id}`);
  const question = page.getByRole("region", { name: "Question" });
  await question.getByText("Which VAT rate applies?").waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("Seven for books");
  await page.keyboard.press("Control+Enter");
  await question.waitFor({ state: "hidden" });
  await page.getByText("Answered “Seven for books” to “Price the gift card”").waitFor();
  await page.getByText(`${worker.agent.name} continues.`).waitFor();
  const again = await worker.client.tasks.start({ id });
  expect(again).toMatchObject({ id, question: "Which VAT rate applies?", answer: "Seven for books" });
  await worker.client.tasks.block({ id, fence: fenceOf(again), reason: "And for mugs?", options: ["7 %", "19 %"] });
  await question.getByText("And for mugs?").waitFor();
  await question.getByRole("button", { name: "19 %" }).click();
  await question.waitFor({ state: "hidden" });
  expect(await owner.tasks.get({ id })).toMatchObject({ status: "queued", answer: "19 %" });
  await page.keyboard.press("Control+z");
  await question.getByText("And for mugs?").waitFor();
  await assignByKeyboard(page, worker.agent.name, crew.supervisor.agent.name);
  await page.getByText(`Given to ${crew.supervisor.agent.name}`).waitFor();
  expect((await owner.tasks.get({ id })).assigned_to_agent_id).toBe(crew.supervisor.agent.id);
  await page.keyboard.press("Control+z");
  await question.getByText("And for mugs?").waitFor();
});

/** Chooses an agent, then another one. Enter chooses, and only the next Enter submits the form. */
async function assignByKeyboard(page: Page, first: string, second: string) {
  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog", { name: "Assign this task" });
  const field = dialog.getByRole("combobox", { name: /^Agent/ });
  await field.focus();
  await page.keyboard.type("nobody of this name");
  await page.keyboard.press("Enter");
  expect(await field.inputValue()).toBe("nobody of this name");
  await field.fill("");
  await page.getByRole("option", { name: `${second} Supervisor · 1 running` }).waitFor();
  for (const name of [first, second]) {
    // Typing replaces the name of the chosen agent.
    await page.keyboard.type(name.slice(-3));
    await expect.poll(() => page.getByRole("listbox").getByRole("option").count()).toBe(1);
    await page.getByRole("option", { name }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => field.inputValue()).toBe(name);
  }
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
}

test("a person takes a task only after a question, gives it back, and takes that back", async () => {
  const crew = await aCrew(browser());
  const { owner, worker } = crew;
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const { id } = await owner.tasks.create({ title: "Weigh the parcel", assigned_to_agent_id: worker.agent.id });
  const take = async () => {
    await page.getByRole("button", { name: "More steps" }).click();
    await page.getByRole("menuitem", { name: "Take it myself…" }).click();
    await page.getByRole("button", { name: "Take the task" }).click();
    await page.getByRole("note").filter({ hasText: "Held by you since" }).waitFor();
  };
  await goTo(page, `/tasks/${id}`);
  expect(await page.getByRole("button", { name: "Start" }).count()).toBe(0);
  await take();
  expect(await owner.tasks.get({ id })).toMatchObject({ status: "running", lease_expires_at: null });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await owner.tasks.get({ id })).status).toBe("queued");
  await take();
  await goTo(page, "/tasks");
  await page.getByRole("row").filter({ hasText: "Weigh the parcel" }).getByText("held by you since").waitFor();
  await page.getByRole("button", { name: "Held by" }).click();
  await page.getByRole("menuitem", { name: "people" }).click();
  await expect.poll(() => page.getByRole("row").count()).toBe(2);
  await goTo(page, `/tasks/${id}`);
  await page.getByRole("button", { name: "Give back" }).click();
  await expect.poll(async () => (await owner.tasks.get({ id })).status).toBe("queued");
});

test("the inbox answers on its rows, several at once and one after the other, and puts rows away", async () => {
  const crew = await aCrew(browser());
  const { owner, worker, supervisor } = crew;
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const soon = new Date(Date.now() + 600_000).toISOString();
  const first = await aQuestion(crew, "Price the card", "Which VAT rate applies?", ["7 %", "19 %"], { due_at: soon });
  await owner.tasks.create({ title: "Print", assigned_to_agent_id: worker.agent.id, depends_on: [first.id] });
  const second = await aQuestion(crew, "Send the letter", "To which address?");
  const third = await aQuestion(crew, "Paint the door", "Which colour?");
  const fourth = await aQuestion(crew, "Paint the wall", "Which white?");
  const failed = await owner.tasks.create({ title: "Weigh the parcel", assigned_to_agent_id: worker.agent.id });
  const { fence } = await start(worker, failed);
  await worker.client.tasks.fail({ id: failed.id, fence, reason: "The scale is broken." });
  await goTo(page, "/inbox");
  const { row, press } = rowsOf(page);
  await page.getByRole("row").nth(1).filter({ hasText: "Which VAT rate applies?" }).waitFor();
  await row("Which VAT rate applies?").filter({ hasText: "blocks 1" }).waitFor();
  // A retried failure leaves at once.
  await row("Weigh the parcel").filter({ hasText: "Failed" }).waitFor();
  await press("Weigh the parcel", "Retry");
  await row("Weigh the parcel").waitFor({ state: "detached" });
  await putAwayAndBack(page, "To which address?");
  await answerAndGoOn(page, "Which VAT rate applies?");
  expect(await owner.tasks.get({ id: first.id })).toMatchObject({ status: "queued", answer: "Seven" });
  await goTo(page, "/inbox?whose=blocked");
  for (const text of ["Which colour?", "Which white?"]) await row(text).getByRole("checkbox").check();
  const bar = page.getByRole("toolbar", { name: "Selected rows" });
  await bar.getByRole("button", { name: "Answer…" }).click();
  await page.getByLabel("Your answer to each of them").fill("RAL 9010");
  await page.keyboard.press("Control+Enter");
  await page.getByText("2 tasks answered").waitFor();
  for (const { id } of [third, fourth]) expect(await owner.tasks.get({ id })).toMatchObject({ answer: "RAL 9010" });
  await row("To which address?").getByRole("checkbox").check();
  await bar.getByRole("button", { name: "Assign…" }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "Agent" }).fill(supervisor.agent.name.slice(-3));
  await page.getByRole("option", { name: supervisor.agent.name }).click();
  await row("To which address?").waitFor({ state: "detached" });
  expect((await owner.tasks.get({ id: second.id })).assigned_to_agent_id).toBe(supervisor.agent.id);
});

function rowsOf(page: Page) {
  const row = (text: string) => page.getByRole("row").filter({ hasText: text });
  const press = async (text: string, button: string) => {
    await row(text).hover();
    await row(text).getByRole("button", { name: button }).click();
  };
  return { row, press };
}

/** Puts the row away by its button and takes that back, then by key, and brings it back. */
async function putAwayAndBack(page: Page, text: string) {
  const { row, press } = rowsOf(page);
  const choose = (time: string) => page.getByRole("dialog", { name: "Remind me" }).getByRole("button", { name: time });
  await press(text, "Remind me");
  await choose("In 1 hour").click();
  // The rows behind an open dialog have no role, so the notice says when the row is away.
  await page.getByText(/^Put away until/).waitFor();
  await row(text).waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await row(text).waitFor();
  await row(text).getByRole("checkbox").check();
  await page.keyboard.press("h");
  await choose("Tomorrow morning").click();
  await row(text).waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Later 1" }).click();
  await press(text, "Bring back");
  await page.getByText("Nothing is put away.").waitFor();
  await page.getByRole("tab", { name: /^All/ }).click();
  await row(text).waitFor();
}

/**
 * Opens a question with Enter, which moves the focus to its form, and sends an answer. The next question opens, with the
 * focus in its form.
 */
async function answerAndGoOn(page: Page, text: string) {
  const answer = page.getByLabel("Your answer");
  const isFocused = () => answer.evaluate((box) => box === document.activeElement);
  await rowsOf(page).row(text).getByRole("link").focus();
  await page.keyboard.press("Enter");
  await expect.poll(isFocused).toBe(true);
  await page.keyboard.type("Seven");
  await page.keyboard.press("Control+Enter");
  await rowsOf(page).row(text).waitFor({ state: "detached" });
  await expect.poll(async () => (await answer.inputValue()) === "" && (await isFocused())).toBe(true);
  await page.keyboard.press("Escape");
}
