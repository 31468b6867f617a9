/** The jobs that people do most, by keyboard alone, within a number of keys. Typed names do not count. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, type Crew, PLAIN } from "./crew.ts";
import { follow, goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

/** Presses keys and counts them. */
function counted(page: Page) {
  let keys = 0;
  return {
    async press(...names: string[]) {
      keys += names.length;
      // Sent at once: the keys of a sequence must follow each other soon, also on a busy machine.
      await Promise.all(names.map((name) => page.keyboard.press(name)));
    },
    /** Ends a job and returns its number of keys. */
    done: () => {
      const used = keys;
      keys = 0;
      return used;
    },
  };
}

type Keyboard = ReturnType<typeof counted>;

/** Chooses an agent in the field with the focus, and sends the form. */
async function chooseAgent(page: Page, keyboard: Keyboard, name: string): Promise<void> {
  await page.keyboard.type(name);
  const option = page.getByRole("option", { name });
  await option.waitFor();
  await keyboard.press("Enter");
  await option.waitFor({ state: "hidden" });
  await keyboard.press("Enter");
}

async function giveToAnother(page: Page, keyboard: Keyboard, crew: Crew): Promise<string> {
  await follow(page, "/tasks?q=(queued)");
  await page.getByRole("row").filter({ hasText: "(queued)" }).waitFor();
  await keyboard.press("j");
  await keyboard.press("Enter");
  await page.getByRole("complementary").getByRole("heading", { name: "(queued)" }).first().waitFor();
  await keyboard.press("a");
  await page.getByRole("dialog").getByRole("combobox").waitFor();
  await chooseAgent(page, keyboard, "Reviewer one");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const { items } = await crew.owner.tasks.list({ q: "(queued)" });
  const [given] = items;
  if (!given) throw new Error("There is no queued task.");
  await expect.poll(() => assigneeOf(crew, given.id)).toBe(crew.supervisor.agent.id);
  return given.id;
}

const assigneeOf = async ({ owner }: Crew, id: string) => (await owner.tasks.get({ id })).assigned_to_agent_id;

async function inviteColleague(page: Page, keyboard: Keyboard, { owner, scene }: Crew): Promise<void> {
  await keyboard.press("g", "u");
  await page.getByRole("tab", { name: "Members" }).waitFor();
  await keyboard.press("4");
  await page.getByRole("button", { name: "Invite" }).waitFor();
  await keyboard.press("c");
  await page.getByRole("dialog").getByLabel("Email").waitFor();
  await page.keyboard.type("colleague@example.org");
  await keyboard.press("Enter");
  const open = () => owner.invitations.list({ id: scene.workspace.id, status: "open" });
  await expect.poll(async () => (await open()).items.map(({ role }) => role)).toEqual(["member"]);
  await page.getByRole("dialog", { name: "Link of the invitation" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

async function stopAgent(page: Page, keyboard: Keyboard, { owner, worker }: Crew): Promise<void> {
  await keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).waitFor();
  await page.keyboard.type("pause reviewer two");
  await page.getByRole("option", { name: /^Pause Reviewer two/ }).waitFor();
  await keyboard.press("Enter");
  await expect.poll(async () => (await owner.agents.get({ id: worker.agent.id })).status).toBe("paused");
}

/** Makes a key and shows the text for Codex. */
async function makeKeyForCodex(page: Page, keyboard: Keyboard): Promise<void> {
  await keyboard.press("g", "k");
  await page.getByRole("heading", { name: "Keys", level: 1 }).waitFor();
  await keyboard.press("c");
  await page.getByRole("dialog").getByLabel("Name").waitFor();
  await page.keyboard.type("Codex of the colleague");
  await keyboard.press("Tab");
  await chooseAgent(page, keyboard, "Reviewer one");
  await page.getByText("Codex: in the terminal that starts it").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Close without copying" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/** Opens the tree of a task that the menu finds. */
async function understandTree(page: Page, keyboard: Keyboard): Promise<void> {
  await keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).waitFor();
  await page.keyboard.type("(running)");
  await page
    .getByRole("option", { name: /\(running\)/ })
    .first()
    .waitFor();
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "(running)" }).first().waitFor();
  await keyboard.press("t");
  await page.getByRole("tree").or(page.getByRole("treegrid")).first().waitFor();
}

test("Back undoes a filter, and shows the list at the place where the person left it", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  // The list is higher than this.
  await page.setViewportSize({ width: 1440, height: 320 });
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/tasks");
  await page.keyboard.press("5");
  const done = page.getByRole("row").filter({ hasText: "(done)" });
  await done.waitFor();
  await page.goBack();
  await done.waitFor({ state: "hidden" });
  await page.goForward();
  await done.waitFor();
  const place = () => page.locator("[data-scroller]").evaluate(({ scrollTop }) => scrollTop);
  await page.locator("[data-scroller]").evaluate((list) => list.scrollTo({ top: 60 }));
  await expect.poll(place).toBe(60);
  await follow(page, `/tasks/${crew.running.id}`);
  await page.goBack();
  await page.locator("[data-scroller]").waitFor();
  await expect.poll(place).toBe(60);
});

test("each job needs at most its number of keys", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/account");
  const keyboard = counted(page);

  // See all that waits.
  await keyboard.press("g", "i");
  await page.getByRole("table", { name: "Inbox" }).getByRole("row").first().waitFor();
  expect(keyboard.done()).toBeLessThanOrEqual(2);

  // Find the blocked task.
  await keyboard.press("g", "o");
  await page.getByRole("main").getByText(`${PLAIN.line} (blocked)`).first().waitFor();
  expect(keyboard.done()).toBeLessThanOrEqual(2);

  // Find the reason of a failure.
  await keyboard.press("g", "t");
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
  await keyboard.press("3");
  await page.getByRole("main").getByText("The parser reads numbers twice.").first().waitFor();
  expect(keyboard.done()).toBeLessThanOrEqual(3);

  const given = await giveToAnother(page, keyboard, crew);
  expect(keyboard.done()).toBeLessThanOrEqual(6);

  // Undo it.
  await keyboard.press("Control+z");
  await expect.poll(() => assigneeOf(crew, given)).toBe(crew.worker.agent.id);
  expect(keyboard.done()).toBeLessThanOrEqual(2);

  await inviteColleague(page, keyboard, crew);
  expect(keyboard.done()).toBeLessThanOrEqual(9);

  await makeKeyForCodex(page, keyboard);
  expect(keyboard.done()).toBeLessThanOrEqual(6);

  // Find the task about a word, and understand its tree.
  await understandTree(page, keyboard);
  expect(keyboard.done()).toBeLessThanOrEqual(3);

  await stopAgent(page, keyboard, crew);
  expect(keyboard.done()).toBeLessThanOrEqual(4);
});
