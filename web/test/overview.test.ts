/** The overview: what happened in a range, exactly, with the night as lanes. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { getKey } from "../../server/src/audit/operations/get-key.ts";
import { listAudit } from "../../server/src/audit/operations.ts";
import { verifyProof } from "../../server/src/audit/sealing/verify-proof.ts";
import { completeTask } from "../../server/src/tasks/operations/complete-task.ts";
import { escalateTask } from "../../server/src/tasks/operations/escalate-task.ts";
import { failTask } from "../../server/src/tasks/operations/fail-task.ts";
import { seal } from "../../server/test/harness/audit-samples.ts";
import { aRunningTask, aTask } from "../../server/test/harness/builders.ts";
import { aScene } from "../../server/test/harness/scene.ts";
import { withBrowser } from "./browser.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();
const QUEUED = 104;

test("says what happened in the range, with exact numbers, lanes of work, causes, and facts without end", async () => {
  const { app, owner, agent } = await aScene(browser().app);
  const held = async (title: string) => {
    const { id, fence } = await aRunningTask(app, owner, agent, { title });
    return { id, fence };
  };
  await app.call(completeTask, agent, await held("Write the notes"));
  await app.call(failTask, agent, { ...(await held("Upload")), reason: "The registry answered 503." });
  await app.call(escalateTask, agent, { ...(await held("Sign the contract")), reason: "I may not sign." });
  await Promise.all(Array.from({ length: QUEUED }, (_, at) => aTask(app, owner, agent, { title: `Waits ${at}` })));
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(owner));
  await goTo(page, "/overview");
  const content = page.getByRole("region", { name: "Content" });
  await content.getByRole("link", { name: "1 completed" }).waitFor();
  await content.getByText("for 1 reason").waitFor();
  await content.getByRole("link", { name: `${QUEUED} queued` }).waitFor();

  const lanes = page.getByRole("group", { name: "Attempts of each agent" });
  await lanes.getByRole("link", { name: /^Upload: failed/ }).waitFor();
  await lanes.getByRole("link", { name: "Escalated: Sign the contract" }).waitFor();
  // Tab reaches one bar, and the arrows reach the others.
  expect(await lanes.locator('a[data-lane-item][tabindex="0"]').count()).toBe(1);
  await lanes.locator('a[data-lane-item][tabindex="0"]').focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-lane-item"))).not.toBeNull();

  const latest = page.getByRole("region", { name: "Latest facts" });
  await latest.getByText("Waits 103").waitFor();
  const before = await latest.getByRole("listitem").count();
  await latest.getByRole("button", { name: "Older" }).click();
  await expect.poll(() => latest.getByRole("listitem").count()).toBeGreaterThan(before);
  await latest.getByRole("button", { name: "Show" }).click();
  await page
    .getByRole("menuitemcheckbox", { name: "Failed" })
    .or(page.getByRole("menuitem", { name: "Failed" }))
    .click();
  await expect.poll(() => latest.getByRole("listitem").count()).toBe(1);

  await page.getByRole("tab", { name: "7 d" }).click();
  await content.getByRole("link", { name: "1 failed" }).click();
  await page.getByText(/^1 task failed in the time since .+, for 1 reason\.$/).waitFor();
});

test("the record explains a fact, and the proof that it saves verifies without the server", async () => {
  const { app, owner, agent, workspace } = await aScene(browser().app);
  await aTask(app, owner, agent, { title: "Count the stars" });
  const facts = await app.call(listAudit, owner, { limit: 200 });
  await seal(app, workspace.id, facts.items.length);
  const { key } = await app.call(getKey, owner, {});
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(owner));
  await goTo(page, "/record");
  await page.getByText(/^Sealed up to fact \d+/).waitFor();
  const choose = async (filter: string, value: string) => {
    await page.getByRole("button", { name: filter, exact: true }).click();
    await page
      .getByRole("menuitemradio", { name: value })
      .or(page.getByRole("menuitem", { name: value }))
      .click();
  };
  await choose("Show", "Tasks");
  await choose("Person", emailOf(owner));
  await choose("Time", "Last 1 h");
  await expect.poll(() => new URL(page.url()).searchParams.get("actor_id")).toBe(owner.id);
  await page.getByRole("link", { name: "task.created" }).click();
  const fact = page.getByRole("complementary", { name: "Fact" });
  await fact.getByText("Configuration: ").waitFor();
  await fact.getByText("revision 1").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    fact.getByRole("button", { name: "Proof" }).click(),
  ]);
  const proof = await readFile(await download.path(), "utf8");
  expect(await verifyProof(proof, { key })).toMatchObject({
    lines: [expect.stringMatching(/^proven: fact /)],
    exitCode: 0,
  });
});
