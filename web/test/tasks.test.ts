/** The page of tasks: its tabs, its reasons and its board. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { getAgent } from "../../server/src/agents/operations/get-agent.ts";
import { resumeAgent } from "../../server/src/agents/operations/resume-agent.ts";
import { addTaskEvent } from "../../server/src/tasks/operations/add-task-event.ts";
import { blockTask } from "../../server/src/tasks/operations/block-task.ts";
import { completeTask } from "../../server/src/tasks/operations/complete-task.ts";
import { failTask } from "../../server/src/tasks/operations/fail-task.ts";
import { getTask } from "../../server/src/tasks/operations/get-task.ts";
import { startTask } from "../../server/src/tasks/operations/start-task.ts";
import { aClaim, aRunningTask, aTask } from "../../server/test/harness/builders.ts";
import { problemOf } from "../../server/test/harness/harness.ts";
import { aScene, type Scene } from "../../server/test/harness/scene.ts";
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
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Upload 12" }).waitFor();
  const retry = page.getByRole("button", { name: "Retry all 2" });
  await retry.click();
  await page.getByText("2 tasks retried").waitFor();
  await page.getByText("1 reason with all tasks retried").waitFor();
  expect(await retry.count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await retry.click();
  await page.getByText("1 reason with all tasks retried").waitFor();
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

/** Marks the line, so that a test sees if another element takes its place. */
function markLine(page: Page, text: string): Promise<void> {
  return page.evaluate((said) => {
    const line = [...document.querySelectorAll("li")].find((one) => one.textContent?.includes(said));
    line?.setAttribute("data-kept", "");
  }, text);
}

/** Stops the workspace, whose agent is paused with one task, and lifts the stop in the inbox. */
async function stopAndLift(page: Page, { app, owner, agent }: Scene, id: string): Promise<void> {
  await page.getByRole("button", { name: "Stop the workspace or an agent…" }).click();
  const stopping = page.getByRole("dialog");
  await stopping.getByText("0 tasks run now, 1 waits.").waitFor();
  await stopping.getByLabel("Reason").fill("An exercise");
  await stopping.getByRole("button", { name: "Stop", exact: true }).click();
  const banner = page.getByRole("status", { name: "Stops in force" });
  await banner.getByText("An exercise").waitFor();
  await app.call(resumeAgent, owner, { id: agent.id });
  expect((await problemOf(app.call(startTask, agent, { id }))).code).toBe("blocked");
  await follow(page, "/inbox");
  await page.getByRole("link", { name: "1 task waits: A stop forbids starts." }).click();
  await page.getByRole("complementary", { name: "Detail" }).getByRole("button", { name: "Lift…" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("It is over");
  await page.getByRole("dialog").getByRole("button", { name: "Lift", exact: true }).click();
  await banner.waitFor({ state: "detached" });
}

test("the form for messages stays in place while the agent reports, and an agent is paused with its tasks", async () => {
  const scene = await aScene(browser().app);
  const { app, owner, agent } = scene;
  await aTask(app, owner, agent, { title: "Read the pages" });
  // A busy machine may need more than a minute.
  const { id, fence } = await aClaim(app, agent, 3_600);
  const report = async (from: number, to: number) => {
    for (let done = from; done < to; done++)
      await app.call(addTaskEvent, agent, { id, fence, type: "progress", payload: { done } });
  };
  await report(0, 30);
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(owner));
  await goTo(page, `/tasks/${id}`);
  await page.getByText("first try of three").waitFor();
  await page.getByText("29 more").waitFor();
  const form = page.getByRole("textbox", { name: "Write about this task" });
  const place = await form.boundingBox();
  await markLine(page, "29 more");
  await report(30, 33);
  await page.getByText("32 more").waitFor();
  // A folded line that is made again for each event would make the page below it jump.
  expect(await page.locator("li[data-kept]").count()).toBe(1);
  expect(await form.boundingBox()).toEqual(place);

  await follow(page, `/agents/${agent.id}`);
  await page.getByRole("button", { name: "Pause" }).click();
  const goesOn = page.getByText(/paused\. 1 task goes on$/);
  await goesOn.waitFor();
  await page.getByRole("button", { name: "More actions for this agent" }).click();
  await page.getByRole("menuitem", { name: "Pause and hand over…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It runs 1 task now.").waitFor();
  await dialog.getByRole("button", { name: "Pause and hand over" }).click();
  await page.getByText("It is paused. 1 task queued again.").waitFor();
  expect(await goesOn.count()).toBe(0);
  expect((await app.call(getAgent, owner, { id: agent.id })).status).toBe("paused");
  expect((await app.call(getTask, owner, { id })).status).toBe("queued");
  await goTo(page, "/agents");
  await page.getByRole("table", { name: "Agents" }).getByText("Paused").waitFor();
  await stopAndLift(page, scene, id);
});
