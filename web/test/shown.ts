/** Opens pages of the dashboard, and waits until they show their content. */
import type { Page } from "playwright-core";

/** Loads the page, as a person does who enters its address. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await mustShow(page, path);
}

/** Goes to a page as its links do: the dashboard stays loaded. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((address) => history.pushState(null, "", address), path);
  await page.waitForFunction(() => {
    const { state, latestLocation } = (window as unknown as { __TSR_ROUTER__: Router }).__TSR_ROUTER__;
    return state.status === "idle" && !state.isLoading && state.resolvedLocation?.href === latestLocation.href;
  });
  await mustShow(page, path);
}

/** The fields of the router that are used here. The router names itself in the window. */
interface Router {
  state: { status: string; isLoading: boolean; resolvedLocation?: { href: string } };
  latestLocation: { href: string };
}

async function mustShow(page: Page, path: string): Promise<void> {
  await shown(page).catch((error: unknown) => {
    throw new Error(`${path} does not show its content.`, { cause: error });
  });
}

async function shown(page: Page): Promise<void> {
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
