/** The pages of telemetry, with the events of one crew. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, PLAIN } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

/** Rows do not come and go under the pointer. */
const leaveList = (page: Page) => page.mouse.move(5, 5);

/** A limit is tried on the last days before it is saved, in shadow mode, which only records that it was passed. */
async function tryLimit(page: Page, spend: (usd: number) => Promise<unknown>): Promise<void> {
  await spend(3);
  await goTo(page, "/limits?create=yes");
  const form = page.getByRole("dialog", { name: "New limit" });
  await form.getByLabel("At most").fill("2");
  await form.getByRole("button", { name: "Try it on the last 7 days" }).click();
  const chart = form.getByRole("list", { name: "Highest value by day, with the limit at $2.00" });
  await chart.getByRole("listitem", { name: /: \$3\.\d+, passed$/ }).waitFor();
  await form.getByText(/^It would have been passed 1 time/).waitFor();
  await form.getByLabel("Try it in shadow mode first").check();
  await form.getByRole("button", { name: "Create limit" }).click();
  await form.waitFor({ state: "detached" });
  await page.getByRole("row", { name: /may spend \$2\.00 a day.*Shadow/ }).waitFor();
  await spend(2.5);
  await page.getByRole("tab", { name: "Passed" }).click();
  await page.getByRole("row", { name: /above \$2\.00.*Would have/ }).waitFor();
}

/** The chart of one agent, which is then grouped otherwise. */
async function groupChart(page: Page): Promise<void> {
  const chart = page.getByRole("figure", { name: /^Billed cost by day and/ });
  // A name of any script is isolated from the amount next to it.
  await chart.getByRole("listitem").last().hover();
  const tip = page.getByRole("tooltip");
  await tip.locator("bdi", { hasText: /^=1\+1 two$/ }).waitFor();
  // One control groups the table, and the chart by what it can show.
  await page.getByRole("tab", { name: "Model" }).click();
  await page.getByRole("figure", { name: "Billed cost by day and model" }).waitFor();
  await page.getByRole("tab", { name: "Task" }).click();
  await page.getByRole("figure", { name: "Billed cost by day and agent" }).waitFor();
}

test("events arrive by themselves and open with cost, tokens and payload; a run is walked by keyboard", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/live");
  const table = page.getByRole("table", { name: "Events" });
  const calls = table.getByRole("row", { name: /Model call claude-opus-4-5/ });
  await calls.getByText("$0").waitFor();
  await table
    .getByRole("row", { name: /Model call Read the parser/ })
    .getByText("unknown")
    .waitFor();
  const metered = { event_type: "llm_call", provider: "anthropic", model: "claude-opus-4-5", tokens_in: 12_345 };
  await crew.worker.client.obs.ingest({ ...metered, billing_mode: "subscription", payload: { step: "Arrived alone" } });
  const arrived = table.getByRole("row", { name: /Model call.*12,345.*in plan/ });
  // The list is in the order of arrival, so an old event that arrives now is the first, and says so.
  const occurred_at = new Date(Date.now() - 3.5 * 3_600_000).toISOString();
  await crew.worker.client.obs.ingest({ event_type: "metric", task_id: crew.running.id, occurred_at });
  const late = table.getByRole("row").nth(1);
  await late.getByText("3h late").waitFor();
  expect(await late.getByRole("link", { name: `${PLAIN.line} (running)` }).getAttribute("href")).toContain(
    `/tasks/${crew.running.id}`,
  );
  await arrived.getByRole("link", { name: /Model call/ }).press("Enter");
  const panel = page.getByRole("complementary", { name: "Event" });
  await panel.getByText(/A subscription covers it: nothing more is billed, and \$0\.0617 at list price/).waitFor();
  await panel.getByText("Arrived alone").waitFor();
  expect(new URL(page.url()).searchParams.get("open")).not.toBeNull();
  await panel.getByRole("link", { name: "Open as a page" }).click();
  await page.getByRole("heading", { name: "Model call", level: 1 }).waitFor();

  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.getByRole("heading", { name: "Runs", level: 1 }).waitFor();
  const run = page.getByRole("table", { name: "Runs" }).getByRole("row", { name: /Error/ });
  await run.getByRole("link", { name: /^Run/ }).press("Enter");
  const failures = page.getByRole("list", { name: "Failures" });
  await failures
    .getByText(/The parser reads numbers twice/)
    .first()
    .waitFor();
  const grid = page.getByRole("treegrid", { name: "Events of this run" });
  await page.keyboard.press("e");
  await grid.locator(":focus").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.startsWith("/live/"));
  await tryLimit(page, (cost_usd) => crew.worker.client.obs.ingest({ event_type: "llm_call", cost_usd }));
});

test("a task lists its runs with their costs and its failures in words, and an agent its events in columns", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, `/tasks/${crew.running.id}`);
  await page.getByRole("button", { name: "Telemetry", exact: true }).press("Enter");
  const run = page.getByRole("table", { name: "Runs of this task" }).getByRole("row", { name: /Error/ });
  await run.waitFor();
  // Two calls in the run, and one of them has a price.
  expect(await run.getByRole("cell").allTextContents()).toEqual(
    expect.arrayContaining([
      "Error",
      expect.stringMatching(/Reviewer two$/),
      PLAIN.line,
      "2",
      expect.stringMatching(/^≥\s\$0\.045$/),
    ]),
  );
  const failure = page.getByRole("list", { name: "Failures" }).getByRole("listitem").first();
  await failure.getByText(/The parser reads numbers twice/).waitFor();
  await page.getByText("Cost with subtasks").waitFor();
  await failure.getByRole("link", { name: PLAIN.line }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/live/"));

  await goTo(page, `/agents/${crew.worker.agent.id}?tab=activity`);
  const telemetry = page.getByRole("table", { name: "Telemetry" });
  await telemetry.getByRole("row", { name: /Model call claude-opus-4-5.*\(running\).*\$0\.045/ }).waitFor();
  expect(await telemetry.getByRole("columnheader").allTextContents()).toEqual([
    ...["Event", "Model or tool", "Task", "Duration", "Cost", "Arrived"],
  ]);
});

test("costs are exact in chart, table and CSV, and stand on the overview, the agents, the task and its tree", async () => {
  const crew = await aCrew(browser(), { ...PLAIN, name: "=1+1" });
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/costs");
  const table = page.getByRole("region", { name: "Cost by agent" });
  const own = table.getByRole("row", { name: /=1\+1 two/ });
  // 9,000 tokens for $5 a million, and one call of a model without a price.
  await own.getByText("≥").first().waitFor();
  await own.getByText("$0").first().waitFor();
  await page.getByRole("figure", { name: "Billed cost by day and agent" }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as CSV" }).click(),
  ]);
  const csv = readFileSync(await download.path(), "utf8");
  expect(csv.split("\r\n")[0]).toBe("key,name,cost_usd,list_cost_usd,calls,unpriced_calls,tokens_in,tokens_out");
  expect(csv).toContain(`${crew.worker.agent.id},'=1+1 two,0.045,0.045,2,1,9500,90`);
  expect(csv).toContain(",total,0.045,0.045,2,1,9500,90");
  await groupChart(page);
  await page
    .getByRole("region", { name: "Cost by task" })
    .getByRole("row", { name: /\(running\)/ })
    .waitFor();
  expect(new URL(page.url()).searchParams.get("by")).toBe("task");
  await goTo(page, "/overview");
  await page.getByRole("link", { name: /≥ \$0\.045 Spent today/ }).waitFor();
  await goTo(page, "/agents");
  await page
    .getByRole("row", { name: /=1\+1 two/ })
    .getByText("≥")
    .waitFor();
  await goTo(page, `/agents/${crew.worker.agent.id}`);
  await page.getByRole("list", { name: "Cost by day, 30 days" }).waitFor();
  await goTo(page, `/tasks/${crew.running.id}`);
  await page.getByText(/^Cost ≥\s\$0\.045 · 1 call without a price\.$/).waitFor();
  await goTo(page, "/tasks");
  // The parent has the cost of its subtask.
  await expect.poll(() => page.getByRole("table", { name: "Tasks" }).getByText("≥").count()).toBe(2);
  await goTo(page, "/health");
  // The line of an agent names its worst reason first, and opens.
  const line = page.getByRole("list", { name: "Health of the agents" }).getByRole("listitem").first();
  await line.getByText(/^0 of 1 runs succeeded\. \+\d more$/).waitFor();
  await line.getByRole("button", { name: /^Parts of the health of/ }).press("Enter");
  await line.getByRole("link", { name: "Failed runs" }).click();
  await page.getByRole("table", { name: "Runs" }).getByRole("row", { name: /Error/ }).waitFor();
});

test("a model without a price leads from the costs to the form, and has a cost then", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/costs?by=model");
  const row = page.getByRole("region", { name: "Cost by model" }).getByRole("row", { name: /^Read the parser/ });
  await row.getByText("unknown").first().waitFor();
  await page
    .getByRole("region", { name: "Models without a price" })
    .getByRole("link", { name: /^Set a price for Read the parser/ })
    .click();
  const form = page.getByRole("dialog", { name: "Set a price" });
  expect(await form.getByRole("textbox", { name: "Model" }).inputValue()).toBe(PLAIN.line);
  expect(await form.getByRole("textbox", { name: "Provider" }).inputValue()).toBe(PLAIN.line);
  await form.getByRole("spinbutton", { name: "Input" }).fill("2");
  await form.getByRole("spinbutton", { name: "Output" }).fill("4");
  await form.getByRole("button", { name: "Set the price" }).click();
  await page.getByText(/1 cost changed, \+\$0\.0014 billed/).waitFor();
  await goTo(page, "/costs?by=model");
  // 500 tokens for $2 and 90 for $4 a million.
  await row.getByText(".0014").first().waitFor();
  expect(await page.getByRole("region", { name: "Models without a price" }).count()).toBe(0);
});

test("a webhook is created with a secret shown once, changed and deleted, and a delivery is sent again", async () => {
  const crew = await aCrew(browser());
  const { page, trouble } = await browser().open();
  // The page of the deleted webhook may read it once more before it closes.
  trouble.allow(/^answer: 404 to GET .*\/api\/webhooks\//);
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/webhooks?create=yes");
  const form = page.getByRole("dialog", { name: "New webhook" });
  await form.getByRole("textbox", { name: "Address" }).fill("https://hooks.example.org/ledger");
  await form.getByRole("textbox", { name: "Facts" }).fill("agent.paused, task.*");
  await form.getByRole("button", { name: "Create webhook" }).click();
  const secret = page.getByRole("dialog", { name: "Copy this secret now" });
  await secret.getByText(/^whsec_/).waitFor();
  await secret.getByRole("button", { name: "Done" }).click();
  await secret.getByRole("button", { name: "Close without copying" }).click();
  await leaveList(page);
  await page
    .getByRole("table", { name: "Webhooks" })
    .getByRole("link", { name: "https://hooks.example.org/ledger" })
    .click();
  await page.getByText("agent.paused, task.*").waitFor();
  expect(await page.getByText(/whsec_/).count()).toBe(0);
  await page.getByRole("button", { name: "Change…" }).click();
  const change = page.getByRole("dialog", { name: "Change this webhook" });
  await change.getByRole("textbox", { name: "Description" }).fill("The ledger");
  await change.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "The ledger", level: 1 }).waitFor();
  await page.getByRole("button", { name: "More actions for this webhook" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await leaveList(page);
  await page
    .getByRole("table", { name: "Webhooks" })
    .getByRole("row", { name: /hooks\.example\.org\/in/ })
    .waitFor();
  await expect.poll(() => page.getByRole("row", { name: /ledger/ }).count()).toBe(0);

  await goTo(page, `/webhooks/${crew.webhookId}`);
  const delivery = page.getByRole("row").filter({ hasText: "Not delivered" });
  await delivery.getByRole("button", { name: "Send again" }).click();
  await expect
    .poll(async () => (await crew.owner.webhooks.listDeliveries({ id: crew.webhookId })).items.at(-1)?.status)
    .toBe("pending");
  await page.getByText("Waiting", { exact: true }).first().waitFor();
});

test("a rule and a channel are created, tested, muted, changed and deleted", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/alerts?tab=channels&create=yes");
  const channel = page.getByRole("dialog", { name: "New channel" });
  await channel.getByRole("textbox", { name: "Name" }).fill("On call");
  await channel.getByRole("textbox", { name: "Email address" }).fill("grace@example.org");
  await channel.getByRole("button", { name: "Create channel" }).click();
  await leaveList(page);
  const act = async (name: string, entry: string) => {
    await page.getByRole("button", { name: `Actions for the ${name}` }).click();
    await page.getByRole("menuitem", { name: entry }).click();
  };
  await act("channel On call", "Send a test");
  await page.getByText("Test sent", { exact: true }).waitFor();
  await act("channel On call", "Delete…");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await leaveList(page);
  await expect.poll(() => page.getByRole("row", { name: /On call/ }).count()).toBe(0);

  await goTo(page, "/alerts?tab=rules&create=yes");
  const form = page.getByRole("dialog", { name: "New rule" });
  await form.getByRole("textbox", { name: "Name" }).fill("Too dear");
  await form.getByRole("spinbutton", { name: "Alert above" }).fill("40");
  await form.getByRole("button", { name: "Create rule" }).click();
  await leaveList(page);
  const row = page.getByRole("table", { name: "Alert rules" }).getByRole("row", { name: /Too dear/ });
  await row.getByText("Cost of a day above $40").waitFor();
  await act("rule Too dear", "Send a test");
  await page.getByText("Test sent to the channels for alerts").waitFor();
  await act("rule Too dear", "Mute for an hour");
  await row.getByText("Muted").waitFor();
  await act("rule Too dear", "Unmute");
  await row.getByText("Quiet").waitFor();
  await act("rule Too dear", "Change…");
  const change = page.getByRole("dialog", { name: "Change this rule" });
  await change.getByRole("spinbutton", { name: "Warn above" }).fill("30");
  await change.getByRole("button", { name: "Save" }).click();
  await row.getByText(/warns at/).waitFor();
  await act("rule Too dear", "Delete…");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await leaveList(page);
  await expect.poll(() => page.getByRole("row", { name: /Too dear/ }).count()).toBe(0);
});
