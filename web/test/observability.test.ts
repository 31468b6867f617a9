/** The pages of telemetry, with the events of one crew. */
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
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
  await arrived.getByRole("link", { name: /Model call/ }).press("Enter");
  const panel = page.getByRole("complementary", { name: "Event" });
  await panel.getByText(/A subscription covers it: nothing more is billed, and \$0\.06 at list price/).waitFor();
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
