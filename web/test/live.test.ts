/** Changes of the workspace appear live in every tab, over one stream. */
import type { BrowserContext, Page, Request } from "playwright-core";
import { expect, test } from "vitest";
import { aTask } from "../../server/test/harness/builders.ts";
import { aScene, type Scene } from "../../server/test/harness/scene.ts";
import { withBrowser } from "./browser.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

/** Returns a function that counts the open streams of all tabs. A tab that navigates closes its stream. */
function watchStreams(context: BrowserContext): () => number {
  const open = new Set<Request>();
  context.on("request", (request) => {
    const isPage = request.isNavigationRequest();
    if (isPage) for (const one of open) if (one.frame() === request.frame()) open.delete(one);
    if (new URL(request.url()).pathname === "/api/live") open.add(request);
  });
  context.on("requestfinished", (request) => open.delete(request));
  context.on("requestfailed", (request) => open.delete(request));
  return () => [...open].filter((request) => !request.frame().page().isClosed()).length;
}

const shows = (page: Page, title: string) => page.getByRole("table", { name: "Tasks" }).getByText(title).waitFor();
const isLive = (page: Page) => page.getByText("Live", { exact: true }).waitFor();

async function aTaskOf({ app, owner, agent }: Scene, title: string): Promise<void> {
  await aTask(app, owner, agent, { title });
}

test("tabs share one stream, and when the reading tab closes, another tab continues without a gap", async () => {
  const scene = await aScene(browser().app);
  const { page: first, context } = await browser().open();
  const streams = watchStreams(context);
  await signIn(first, browser(), emailOf(scene.owner));
  await isLive(first);
  await aTaskOf(scene, "Before the first look");
  await first.goto("/tasks");
  await isLive(first);
  const second = await context.newPage();
  await second.goto("/tasks");
  await isLive(second);
  await aTaskOf(scene, "Seen by both");
  await Promise.all([shows(first, "Seen by both"), shows(second, "Seen by both")]);
  expect(streams()).toBe(1);
  await first.close();
  await aTaskOf(scene, "Seen by the one that is left");
  await shows(second, "Seen by the one that is left");
  await isLive(second);
  expect(streams()).toBe(1);
});

test("a failed connection is shown and retried, and missed changes are read", async () => {
  const scene = await aScene(browser().app);
  const { page, context, trouble } = await browser().open();
  trouble.expect(/^request: GET .*\/api\/live/);
  await signIn(page, browser(), emailOf(scene.owner));
  await context.route("**/api/live*", (route) => route.abort());
  await page.goto("/tasks");
  await page.getByText("Reconnecting", { exact: true }).waitFor();
  await aTaskOf(scene, "Made meanwhile");
  await context.unroute("**/api/live*");
  await shows(page, "Made meanwhile");
  await isLive(page);
});

test("each workspace has its own stream", async () => {
  const [one, other] = [await aScene(browser().app), await aScene(browser().app)];
  const { page, context } = await browser().open();
  await signIn(page, browser(), emailOf(one.owner));
  await page.goto("/tasks");
  await isLive(page);
  const guest = await browser().open();
  await signIn(guest.page, browser(), emailOf(other.owner));
  await guest.page.goto("/tasks");
  await aTaskOf(other, "Of the other workspace");
  await shows(guest.page, "Of the other workspace");
  await aTaskOf(one, "Of the first");
  await shows(page, "Of the first");
  expect(await page.getByText("Of the other workspace").count()).toBe(0);
  expect(context.pages().length).toBe(1);
});
