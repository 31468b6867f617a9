/** The main journeys of people through the dashboard. */
import { expect, test } from "vitest";
import { createClient } from "../../sdk/src/index.ts";
import { aTask } from "../../server/test/harness/builders.ts";
import { aScene } from "../../server/test/harness/scene.ts";
import { withBrowser } from "./browser.ts";
import { aCrew, aMember, fenceOf, PLAIN, start } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, joinAs, signIn, signInFirstOwner } from "./sign-in.ts";

const browser = withBrowser();

test("the owner's first link leads to an agent that connects, takes a task and finishes it on screen", async () => {
  const { page } = await browser().open();
  await signInFirstOwner(page, browser());
  await page.getByRole("heading", { name: "Connect an agent" }).waitFor();
  const name = page.getByLabel("Name of the agent");
  for (const way of ["Codex", "Claude Code"]) {
    await page.getByRole("tab", { name: way, exact: true }).click();
    await expect.poll(() => name.inputValue()).toBe(way);
  }
  await name.fill("Scout");
  await page.getByRole("button", { name: "Create agent and key" }).click();
  await page.getByText("exists and has a key").waitFor();
  const shown = await page.getByRole("figure").innerText();
  const key = /bw_agent_[\w-]+/.exec(shown)?.[0];
  expect(shown).toContain(`${browser().url}/mcp`);
  expect(page.url()).not.toContain(key);
  await page.getByRole("link", { name: "Agents" }).click();
  const leaving = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  await leaving.getByRole("heading", { name: "Leave without the key?" }).waitFor();
  await leaving.getByRole("button", { name: "Keep" }).click();
  const scout = createClient({ url: browser().url, key });
  await scout.agents.me();
  await page.getByText("is here.").waitFor();
  await page.getByRole("link", { name: "Give it its first task" }).click();
  await page.getByLabel(/^Title/).fill("Look around");
  await page.getByRole("button", { name: "Create task" }).click();
  const detail = page.getByRole("complementary", { name: "Task" }).or(page.getByRole("main"));
  await detail.getByRole("heading", { name: "Look around" }).first().waitFor();
  const { items } = await scout.tasks.claim({ wait_seconds: 10 });
  const task = items[0];
  expect(task?.title).toBe("Look around");
  if (!task) return;
  await detail.getByText("Running").first().waitFor();
  await scout.tasks.heartbeat({
    id: task.id,
    fence: fenceOf(task),
    progress: { note: "at the north gate", done: 1, total: 2 },
  });
  await detail.getByText("at the north gate").first().waitFor();
  await scout.tasks.complete({ id: task.id, fence: fenceOf(task), output: { found: "nothing unusual" } });
  await detail.getByText("Completed").first().waitFor();
  await detail.getByText("nothing unusual").first().waitFor();
});

test("a lost worker loses its task on screen, and another attempt takes it", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const { owner } = crew;
  const worker = await aMember(owner, browser().url, { ...PLAIN, name: "Mayfly" });
  const task = await owner.tasks.create({ title: "Outlive a worker", assigned_to_agent_id: worker.agent.id });
  await goTo(page, `/tasks/${task.id}`);
  const { fence } = await start(worker, task);
  // An attempt counts after a sign of its holder.
  await worker.client.tasks.heartbeat({ id: task.id, fence });
  await page.getByText("Running").first().waitFor();
  // The time of the lease passes without a heartbeat.
  await browser().app.admin.query("update tasks set lease_expires_at = now() where id = $1", [task.id]);
  await page
    .getByText(/lost .*lease|lease ended|lease (?:was )?lost/i)
    .first()
    .waitFor();
  await page.getByText("Queued").first().waitFor();
  const { items } = await worker.client.tasks.claim({ wait_seconds: 20 });
  const [again] = items;
  expect(again?.attempt).toBe(2);
  if (!again) return;
  await page.getByText("second try of three").first().waitFor();
  await worker.client.tasks.complete({ id: again.id, fence: fenceOf(again), output: "done" });
  await page.getByText("Completed").first().waitFor();
});

test("a person accepts a late result at its event", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const { owner, worker } = crew;
  const task = await owner.tasks.create({ title: "Come late", assigned_to_agent_id: worker.agent.id });
  const { fence } = await start(worker, task);
  for (const { agent } of [crew.supervisor, worker]) {
    await owner.tasks.assign({ id: task.id, assigned_to_agent_id: agent.id });
  }
  await worker.client.tasks.complete({ id: task.id, fence, output: "found late" }).catch(() => undefined);
  await goTo(page, `/tasks/${task.id}`);
  await page.getByRole("button", { name: "Accept this result" }).click();
  await page.getByText("with the late result of attempt 1").first().waitFor();
  expect(await owner.tasks.get({ id: task.id })).toMatchObject({ status: "completed", output: "found late" });
});

test("a person replaces a failed dependency, takes it back, and drops it", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const { owner, worker } = crew;
  const give = (title: string, more = {}) =>
    owner.tasks.create({ title, assigned_to_agent_id: worker.agent.id, ...more });
  const [broken, instead] = [await give("Broken part"), await give("Spare part")];
  const { id } = await give("Put together", { depends_on: [broken.id] });
  await owner.tasks.cancel({ id: broken.id });
  await goTo(page, `/tasks/${id}`);
  const note = page.getByRole("note", { name: "Nobody can take it" });
  await note.getByRole("link", { name: "Broken part" }).waitFor();
  await note.getByRole("button", { name: "Replace…" }).click();
  const dialog = page.getByRole("dialog", { name: "Replace the task" });
  await dialog.getByRole("combobox", { name: "Task" }).fill("Spare");
  await page.getByRole("option", { name: /Spare part/ }).click();
  await dialog.getByRole("button", { name: "Replace", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await note.waitFor({ state: "hidden" });
  expect((await owner.tasks.get({ id })).depends_on).toEqual([instead.id]);
  await page.getByRole("button", { name: "Undo" }).click();
  await note.getByRole("button", { name: "Drop" }).click();
  await note.waitFor({ state: "hidden" });
  await page.getByText("changed the dependencies of").first().waitFor();
  expect(await owner.tasks.get({ id })).toMatchObject({ status: "queued", depends_on: [] });
});

test("on a phone, by keyboard alone: a task is escalated and a question answered", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open({ device: "phone" });
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, `/tasks/${crew.running.id}`);
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Escalate this task" });
  await dialog.getByLabel(/^Reason/).waitFor();
  await page.keyboard.type("This is above a worker.");
  await dialog.getByRole("button", { name: "Escalate task" }).focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("This is above a worker.").first().waitFor();
  const { assigned_to_agent_id } = await crew.owner.tasks.get({ id: crew.running.id });
  expect(assigned_to_agent_id).toBe(crew.supervisor.agent.id);
  await goTo(page, "/inbox");
  const row = page.getByRole("row").filter({ hasText: "Asks you" });
  await row.waitFor();
  await row.getByRole("link").first().focus();
  await page.keyboard.press("Enter");
  // Enter moves the focus to the answer.
  await expect.poll(() => page.getByLabel("Your answer").evaluate((one) => one === document.activeElement)).toBe(true);
  await page.keyboard.type("Go on with the second one.");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Answered", { exact: true }).first().waitFor();
  const { items } = await crew.worker.client.messages.inbox({});
  expect(items.map(({ content }) => content)).toContain("Go on with the second one.");
});

test("an invited viewer sees the work, may change nothing, and gets the reason", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await joinAs(page, browser(), crew.scene, { email: "guest@example.org", role: "viewer" });
  const own = `workspace=${crew.scene.workspace.id}`;
  await goTo(page, `/tasks?${own}`);
  await page.getByRole("table", { name: "Tasks" }).getByText("(running)").first().waitFor();
  const pages = [
    [`/tasks?${own}`, "New task"],
    [`/agents?${own}`, "New agent"],
    [`/keys?${own}`, "New key"],
    [`/messages?${own}`, "Write"],
  ] as const;
  for (const [path, name] of pages) {
    await goTo(page, path);
    const button = page.getByRole("main").getByRole("button", { name, exact: true });
    expect(await button.getAttribute("aria-disabled"), path).toBe("true");
    await button.focus();
    await button.hover();
    await page.getByRole("tooltip").getByText("you are a viewer").waitFor();
  }
  await goTo(page, `/tasks/${crew.running.id}?${own}`);
  const steps = page.getByRole("main").getByRole("button", { name: /^(?:Stop|Assign)/ });
  for (const step of await steps.all()) {
    expect(await step.getAttribute("aria-disabled"), await step.innerText()).toBe("true");
  }
});

test("thousands of tasks are read while scrolling, and only visible rows render", async () => {
  const scene = await aScene(browser().app);
  const COUNT = 1_500;
  const titles = Array.from({ length: COUNT }, (_, at) => `Task ${String(at).padStart(5, "0")}`);
  await aTask(browser().app, scene.owner, scene.agent, { title: "The oldest of all" });
  await Promise.all(titles.map((title) => aTask(browser().app, scene.owner, scene.agent, { title })));
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, "/tasks");
  const table = page.getByRole("table", { name: "Tasks" });
  await table.getByText("Task ").first().waitFor();
  const oldest = table.getByText("The oldest of all");
  while ((await oldest.count()) === 0) {
    await page.evaluate(() => document.querySelector("[data-scroller]")?.scrollBy({ top: 20_000 }));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    expect(await table.getByRole("row").count()).toBeLessThan(80);
  }
  await oldest.waitFor();
});
