/**
 * The dashboard over plain http at the address that this machine has in its network. Such a page is no secure context:
 * it has no locks, no clipboard and no `randomUUID`.
 */
import { networkInterfaces } from "node:os";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { aTask } from "../../server/test/harness/builders.ts";
import { aScene } from "../../server/test/harness/scene.ts";
import { withBrowser } from "./browser.ts";
import { emailOf, signIn } from "./sign-in.ts";

const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
const own = addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
if (own === undefined) console.warn("Skips the tests over plain http: this machine has only its loopback address.");

const isLive = (page: Page) => page.getByText("Live", { exact: true }).waitFor();
const shows = (page: Page, title: string) => page.getByRole("table", { name: "Tasks" }).getByText(title).waitFor();

describe.skipIf(own === undefined)("over plain http", () => {
  const browser = withBrowser({ BAILIWICK_HOST: own ?? "127.0.0.1" });

  async function aSignedInPage() {
    const scene = await aScene(browser().app);
    const { page, context, trouble } = await browser().open();
    // The browser says on every such page that it ignores this header.
    trouble.expect(/Cross-Origin-Opener-Policy header has been ignored/);
    const streams = streamsOf(page);
    await signIn(page, browser(), emailOf(scene.owner));
    await page.goto("/tasks");
    return { scene, page, context, trouble, streams };
  }

  /** Returns a function that counts the open streams of the page. */
  function streamsOf(page: Page): () => number {
    let open = 0;
    const isStream = (url: string) => new URL(url).pathname === "/api/live";
    page.on("request", (request) => (open += isStream(request.url()) ? 1 : 0));
    page.on("requestfailed", (request) => (open -= isStream(request.url()) ? 1 : 0));
    return () => open;
  }

  test("each tab is live with a stream of its own", async () => {
    const { scene, page, context } = await aSignedInPage();
    expect(await page.evaluate(() => [isSecureContext, location.hostname, "locks" in navigator])).toEqual([
      false,
      own,
      false,
    ]);
    await isLive(page);
    const other = await context.newPage();
    await other.goto("/tasks");
    await isLive(other);
    await aTask(scene.app, scene.owner, scene.agent, { title: "Seen by both" });
    await Promise.all([shows(page, "Seen by both"), shows(other, "Seen by both")]);
    await page.close();
    await aTask(scene.app, scene.owner, scene.agent, { title: "Seen by the other" });
    await shows(other, "Seen by the other");
  });

  test("a hidden tab closes its stream, and shows what it missed when it is visible", async () => {
    const { scene, page, streams } = await aSignedInPage();
    await isLive(page);
    await expect.poll(streams).toBe(1);
    const setVisibility = (state: string) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "visibilityState", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await setVisibility("hidden");
    await expect.poll(streams).toBe(0);
    await aTask(scene.app, scene.owner, scene.agent, { title: "Made meanwhile" });
    await setVisibility("visible");
    await shows(page, "Made meanwhile");
    await isLive(page);
  });

  test("a lost connection is tried again a few times, not without end", async () => {
    const { page, context, trouble } = await aSignedInPage();
    trouble.expect(/^answer: 503 to GET .*\/api\/live/);
    await isLive(page);
    let tries = 0;
    await context.route("**/api/live*", (route) => {
      tries += 1;
      return route.fulfill({ status: 503, body: "" });
    });
    await page.reload();
    await page.getByText("Reconnecting", { exact: true }).waitFor();
    await expect.poll(() => tries).toBeGreaterThan(1);
    expect(tries).toBeLessThan(20);
    await context.unroute("**/api/live*");
    await isLive(page);
  });
});
