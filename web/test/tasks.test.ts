/** The page of tasks: its tabs, its reasons and its board. */
import { expect, test } from "vitest";
import { blockTask } from "../../server/src/tasks/operations/block-task.ts";
import { completeTask } from "../../server/src/tasks/operations/complete-task.ts";
import { failTask } from "../../server/src/tasks/operations/fail-task.ts";
import { aRunningTask, aTask } from "../../server/test/harness/builders.ts";
import { aScene } from "../../server/test/harness/scene.ts";
import { withBrowser } from "./browser.ts";
import { follow, goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();
const LONG_TITLE = "Collect the price lists of the northern suppliers";

/** One task in each state, two failures with one cause. */
async function someTasks() {
  const scene = await aScene(browser().app);
  const { app, owner, agent } = scene;
  const held = async (title: string) => {
    const { id, fence } = await aRunningTask(app, owner, agent, { title });
    return { id, fence };
  };
  for (const seconds of [12, 31]) {
    await app.call(failTask, agent, {
      ...(await held(`Upload ${seconds}`)),
      reason: `The registry answered 503 after ${seconds} s.`,
    });
  }
  await app.call(blockTask, agent, { ...(await held("Close the books")), reason: "Which rate applies?" });
  await app.call(completeTask, agent, await held("Done already"));
  await held("At work");
  await aTask(app, owner, agent, { title: LONG_TITLE });
  return scene;
}

test("open tasks come first, the tabs have exact numbers, failures have their reasons and are grouped by cause", async () => {
  const scene = await someTasks();
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, "/tasks");
  const table = page.getByRole("table", { name: "Tasks" });
  await table.getByText("Which rate applies?").waitFor();
  expect(await table.getByText("Done already").count()).toBe(0);
  for (const tab of ["Open 3", "Blocked 1", "Failed 2"]) await page.getByRole("tab", { name: tab }).waitFor();

  await page.getByRole("tab", { name: "Failed" }).click();
  await page.getByText("2 tasks failed in the last 7 d, for 1 reason.").waitFor();
  await page.getByRole("button", { name: "The registry answered 503 after 31 s." }).click();
  await page.getByRole("link", { name: "Upload 12" }).waitFor();
  await page.getByRole("button", { name: "Show as rows" }).click();
  await table.getByText("The registry answered 503 after 12 s.").waitFor();
  await page.getByRole("tab", { name: "Ended" }).click();
  await table.getByText("Done already").waitFor();

  await page.setViewportSize({ width: 1280, height: 800 });
  await follow(page, "/tasks?view=board");
  const board = page.getByRole("region", { name: "Board" });
  const card = board.getByRole("link", { name: LONG_TITLE });
  await card.waitFor();
  expect(await board.evaluate((box) => box.scrollWidth - box.clientWidth), "pixels to scroll").toBe(0);
  const title = card.getByText(LONG_TITLE);
  expect(await title.evaluate((text) => text.getClientRects().length), "lines of the title").toBeGreaterThan(1);
  await board.getByText("The registry answered 503 after 12 s.").waitFor();
  await page.getByRole("button", { name: "Show ended tasks" }).click();
  await board.getByText("Done already").waitFor();
});
