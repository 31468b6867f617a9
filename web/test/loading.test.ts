/** The loading of pages, also without the server. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, type Crew } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

/** More than any page needs, and far fewer than the build has. */
const FILES_MAX = 30;

/** Returns the addresses that the page reads from now on: of the API, except of parts that load later, and of files. */
function watchReads(page: Page) {
  const api: string[] = [];
  const files: string[] = [];
  page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    const isLater =
      pathname === "/api/live" || pathname.endsWith("/attachments") || pathname === "/api/obs/costs/tasks";
    if (pathname.startsWith("/api/") && !isLater) api.push(pathname + search);
    if (pathname.startsWith("/assets/") && request.resourceType() !== "fetch") files.push(pathname);
  });
  return { api, files };
}

const firstPagesOf = ({ running, worker }: Crew) => [
  "/inbox",
  "/overview",
  "/tasks",
  `/tasks/${running.id}`,
  "/agents",
  `/agents/${worker.agent.id}`,
  "/team",
  "/live",
  "/runs",
  "/costs",
  "/health",
  "/prices",
  "/keys",
  "/actions",
  "/connections",
  "/webhooks",
  "/stops",
  "/alerts",
  "/account",
];

/** The reads of the overview begin with a time that moves on every five minutes. */
const STEP_MS = 300_000;
const VISIT_MS = 60_000;

test("the first answer holds the frame and what the page reads first; each file and each read is needed once", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/welcome");
  const { api, files } = watchReads(page);
  const read: Record<string, string[]> = {};
  const loaded: Record<string, number> = {};
  for (const path of firstPagesOf(crew)) {
    if (path === "/overview") await expect.poll(() => Date.now() % STEP_MS).toBeLessThan(STEP_MS - VISIT_MS);
    await goTo(page, path);
    await page.getByText("Live", { exact: true }).waitFor();
    read[path] = api.splice(0);
    const own = files.splice(0);
    loaded[path] = own.length;
    expect(new Set(own).size, `files of ${path}`).toBe(own.length);
  }
  const nothing = Object.fromEntries(firstPagesOf(crew).map((path) => [path, []]));
  expect(read, "pages read what web/first-reads.ts does not name").toEqual(nothing);
  expect(Math.max(...Object.values(loaded)), JSON.stringify(loaded)).toBeLessThan(FILES_MAX);
});

test("a part that cannot be loaded says so, the page stays, and the part loads when the server is back", async () => {
  const crew = await aCrew(browser());
  const { page, context, trouble } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, `/tasks/${crew.running.id}`);
  trouble.expect(/^request: GET .*\/assets\//);
  let isAway = true;
  await context.route(/\/assets\//, (route) => (isAway ? route.abort("connectionrefused") : route.continue()));
  await page.getByLabel("Write about this task").fill("A draft");
  await page.getByRole("button", { name: "Workspace:" }).click();
  await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
  expect(await page.getByLabel("Write about this task").inputValue()).toBe("A draft");
  await page.getByRole("link", { name: "Keys" }).click();
  const alert = page.getByRole("main").getByRole("alert");
  await alert.getByText("The server cannot be reached").waitFor();
  isAway = false;
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Keys", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Workspace:" }).click();
  await page.getByRole("menuitem").first().waitFor();
});

test("the frame in the page looks like the frame of the script", async () => {
  const crew = await aCrew(browser());
  const { page, context } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  const words = (selector: string) =>
    page.locator(selector).evaluateAll((elements) =>
      elements.map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const { left, top } = range.getBoundingClientRect();
        return { text: element.textContent, left: Math.round(left), top: Math.round(top) };
      }),
    );
  let arrive = () => {};
  const held = new Promise<void>((done) => {
    arrive = done;
  });
  await context.route(/\/assets\/(?!theme-).*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/inbox", { waitUntil: "commit" });
  await page.locator("#first-frame b").last().waitFor();
  const first = await words("#first-frame b, #first-frame p");
  arrive();
  await page.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
  expect(first).toEqual(await words("nav[aria-label='Main'] p, nav[aria-label='Main'] li a > span:first-of-type"));
});

test("a change between the page and its live feed is shown, in a second tab too, and so is a lost network", async () => {
  const crew = await aCrew(browser());
  const { page, context, trouble } = await browser().open();
  trouble.expect(/ERR_INTERNET_DISCONNECTED/);
  await signIn(page, browser(), emailOf(crew.scene.owner));
  let connect = () => {};
  const held = new Promise<void>((done) => {
    connect = done;
  });
  await context.route(/\/api\/live/, async (route) => {
    await held;
    await route.continue();
  });
  await goTo(page, "/tasks");
  await crew.owner.tasks.create({ title: "Came before the feed", assigned_to_agent_id: crew.worker.agent.id });
  connect();
  await page.getByText("Came before the feed").waitFor();
  const other = await context.newPage();
  const { api } = watchReads(other);
  await goTo(other, "/agents");
  await other.getByText("Live", { exact: true }).waitFor();
  expect(api).toEqual([]);
  await context.setOffline(true);
  await page.getByText("Reconnecting", { exact: true }).waitFor();
  await page.evaluate(() => fetch("/api/health").catch(() => undefined));
  await context.setOffline(false);
  await page.getByText("Live", { exact: true }).waitFor();
});
