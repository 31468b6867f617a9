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
  await page.getByText(/^Answered\. .* continues\.$/).waitFor();
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

test("the inbox answers a question on its row, counts decisions, and assigns several tasks at once", async () => {
  const crew = await aCrew(browser());
  const { owner, worker, supervisor } = crew;
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const soon = new Date(Date.now() + 600_000).toISOString();
  const first = await aQuestion(crew, "Price the card", "Which VAT rate applies?", ["7 %", "19 %"], { due_at: soon });
  const second = await aQuestion(crew, "Send the letter", "To which address?");
  const failed = await owner.tasks.create({ title: "Weigh the parcel", assigned_to_agent_id: worker.agent.id });
  const { fence } = await start(worker, failed);
  await worker.client.tasks.fail({ id: failed.id, fence, reason: "The scale is broken." });
  await goTo(page, "/inbox");
  const row = (text: string) => page.getByRole("row").filter({ hasText: text });
  await page.getByRole("row").nth(1).filter({ hasText: "Which VAT rate applies?" }).waitFor();
  await row("Weigh the parcel").filter({ hasText: "Failed" }).waitFor();
  await row("Which VAT rate applies?").hover();
  await row("Which VAT rate applies?").getByRole("button", { name: "7 %" }).click();
  await row("Which VAT rate applies?").waitFor({ state: "detached" });
  expect(await owner.tasks.get({ id: first.id })).toMatchObject({ status: "queued", answer: "7 %" });
  await row("To which address?").hover();
  await row("To which address?").getByRole("button", { name: "Answer…" }).click();
  const answer = page.getByLabel("Your answer");
  await answer.waitFor();
  await expect.poll(() => answer.evaluate((box) => box === document.activeElement)).toBe(true);
  await page.keyboard.press("Escape");
  await goTo(page, "/inbox?whose=blocked");
  await row("To which address?").waitFor();
  expect(await row("Weigh the parcel").count()).toBe(0);
  await row("To which address?").getByRole("checkbox").check();
  await page.getByRole("toolbar", { name: "Selected rows" }).getByRole("button", { name: "Assign…" }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "Agent" }).fill(supervisor.agent.name.slice(-3));
  await page.getByRole("option", { name: supervisor.agent.name }).click();
  await row("To which address?").waitFor({ state: "detached" });
  expect((await owner.tasks.get({ id: second.id })).assigned_to_agent_id).toBe(supervisor.agent.id);
});
