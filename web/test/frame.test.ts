/** The frame around every page: keyboard navigation, the list of shortcuts, the theme, sign-out and sign-in. */
import { expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { withBrowser } from "./browser.ts";
import { aCrew, PLAIN } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

async function aPage() {
  const crew = await aCrew(browser());
  const opened = await browser().open();
  await signIn(opened.page, browser(), emailOf(crew.scene.owner));
  await goTo(opened.page, "/inbox");
  return { ...opened, crew };
}

test("the command menu finds a task by its title, and opens it", async () => {
  const { page, crew, trouble } = await aPage();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).waitFor();
  await expectAccessible(page);
  await page.keyboard.type(`${PLAIN.line} (running)`);
  await page.getByRole("option", { name: `${PLAIN.line} (running)` }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === `/tasks/${crew.running.id}`);

  // A pasted id, a saved view, and a verb with an agent.
  const find = async (text: string, option: string | RegExp) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search and commands" }).fill(text);
    await page.getByRole("option", { name: option }).first().click();
  };
  trouble.expect(/^answer: 404 to GET .*\/api\/agents\//);
  await find(crew.blocked.id, `${PLAIN.line} (blocked)`);
  await page.waitForURL((url) => url.pathname === `/tasks/${crew.blocked.id}`);
  await find("failed", "Failed tasks");
  await page.waitForURL((url) => url.searchParams.get("status") === "failed");
  await find("pause two", `Pause ${crew.worker.agent.name}`);
  await page.getByText(`${crew.worker.agent.name} paused`).waitFor();
  expect(await crew.owner.agents.get({ id: crew.worker.agent.id })).toMatchObject({ status: "paused" });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await crew.owner.agents.get({ id: crew.worker.agent.id })).status).toBe("active");
});

test("names follow a reassignment and a new name", async () => {
  const { page, crew } = await aPage();
  const { owner, supervisor, worker, running } = crew;
  /** The names of an agent in the links to it. */
  const namesOf = (id: string) =>
    page.evaluate(
      (agent) => [...document.querySelectorAll(`main a[href*="/agents/${agent}"] bdi`)].map((one) => one.textContent),
      id,
    );
  await goTo(page, `/tasks/${running.id}`);
  await expect.poll(() => namesOf(worker.agent.id)).not.toEqual([]);
  await owner.tasks.assign({ id: running.id, assigned_to_agent_id: supervisor.agent.id });
  const assignee = page.getByRole("main").getByRole("link", { name: supervisor.agent.name });
  await assignee.first().waitFor();
  await owner.agents.update({ id: supervisor.agent.id, name: "Renamed" });
  await expect.poll(async () => new Set(await namesOf(supervisor.agent.id))).toEqual(new Set(["Renamed"]));
  expect(new Set(await namesOf(worker.agent.id))).toEqual(new Set([worker.agent.name]));
});

test("two keys open a section, and a question mark lists the shortcuts", async () => {
  const { page } = await aPage();
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.waitForURL((url) => url.pathname === "/team");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.getByText("Tasks", { exact: true }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
});

test("an address without a page says so, and leads on", async () => {
  const { page } = await aPage();
  await page.goto("/nowhere");
  await page.getByRole("heading", { name: "Not found", level: 1 }).waitFor();
  await page.waitForURL((url) => url.searchParams.has("workspace"));
  expect(new URL(page.url()).pathname).toBe("/nowhere");
  await page.getByRole("main").getByRole("link", { name: "Tasks" }).click();
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
});

test("a chosen theme stays, from the first paint of the next page", async () => {
  const { page } = await aPage();
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: /^You:/ }).click();
  await page.getByRole("menuitem", { name: "Dark" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "Dark" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.goto("/tasks", { waitUntil: "commit" });
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  expect(await ground()).toBe(dark);
});

test("a person who signs out is signed out in every tab, and returns to their page after sign-in", async () => {
  const { page, context, trouble, crew } = await aPage();
  trouble.expect(/^answer: 401 /);
  const other = await context.newPage();
  await goTo(other, "/agents");
  await page.getByRole("button", { name: /^You:/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL((url) => url.pathname === "/sign-in");
  await other.goto("/team");
  await other.waitForURL((url) => url.pathname === "/sign-in");
  await signIn(other, browser(), emailOf(crew.scene.owner));
  expect(new URL(other.url()).pathname).toBe("/team");
});
