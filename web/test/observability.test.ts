/** The pages of telemetry, with the events of one crew. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, PLAIN } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

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
  await grid.getByRole("row").nth(1).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.startsWith("/live/"));
});

test("a task lists its runs with their costs and its failures in words, and an agent its events in columns", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, `/tasks/${crew.running.id}`);
  await page.getByRole("button", { name: "Show the telemetry" }).press("Enter");
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
  await page.getByRole("tab", { name: "Task" }).click();
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
