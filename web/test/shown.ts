/** Waits until a page of the dashboard has what it is about. */
import type { Page } from "playwright-core";

export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await shown(page).catch((error: unknown) => {
    throw new Error(`${path} does not show what it is about.`, { cause: error });
  });
}

export async function shown(page: Page): Promise<void> {
  // Behind an open dialog, the page is there for nobody.
  await page.locator("h1, [role='dialog']").first().waitFor({ state: "attached" });
  if (new URL(page.url()).search.includes("=yes")) await page.getByRole("dialog").waitFor();
  await page.waitForFunction(() => document.querySelector('[role="status"][aria-label="Loading"]') === null);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** How many pixels the page is wider than the screen; a phone would have to be pushed sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
