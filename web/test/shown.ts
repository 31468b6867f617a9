/** Waits until a page of the dashboard shows its content. */
import type { Page } from "playwright-core";

export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await shown(page).catch((error: unknown) => {
    throw new Error(`${path} does not show its content.`, { cause: error });
  });
}

export async function shown(page: Page): Promise<void> {
  // An open dialog hides the page from the accessibility tree.
  await page.locator("h1, [role='dialog']").first().waitFor({ state: "attached" });
  if (new URL(page.url()).search.includes("=yes")) await page.getByRole("dialog").waitFor();
  await page.waitForFunction(() => document.querySelector('[role="status"][aria-label="Loading"]') === null);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Returns the pixels by which the page is wider than the screen. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
