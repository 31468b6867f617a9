/**
 * A real browser on the real server, for one test file. These files stand in `web` and not with the server's tests,
 * because they test the dashboard; tests may import from anywhere.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium } from "./launch.ts";
import { startTestServer, type TestServer } from "./server.ts";
import { settle, type Trouble, watch } from "./trouble.ts";

const DEVICES = {
  wide: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const satisfies Record<string, BrowserContextOptions>;
/** The longest wait for an element; the machine may be busy with other tests. */
const WAIT_MS = 60_000;

export interface Look {
  device?: keyof typeof DEVICES;
  colors?: "light" | "dark";
  motion?: "full" | "reduced";
  script?: "on" | "off";
}

export interface Opened {
  page: Page;
  context: BrowserContext;
  trouble: Trouble;
  /** Off: the page runs no script, also none of the test. */
  script: "on" | "off";
}

export interface TestBrowser extends TestServer {
  /** Opens a browser without cookies and storage. It closes when the test ends. */
  open(look?: Look): Promise<Opened>;
}

/** Fails a test when its pages had unexpected faults. */
export function withBrowser(env: Record<string, string> = {}): () => TestBrowser {
  let browser: Browser | undefined;
  let server: TestServer | undefined;
  const opened: Opened[] = [];
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startTestServer(env)]);
  });
  afterEach(async ({ task }) => {
    const faults = await closeAll(opened.splice(0), task.name, (task.result?.errors ?? []).length > 0);
    expect(faults, "Faults in the pages of this test").toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return () => {
    if (!browser || !server) throw new Error("The browser starts before the first test.");
    const [launched, { url, app }] = [browser, server];
    const open = async (look?: Look) => {
      // All tests use one address, so they must not use up each other's limit of sign-in links.
      await app.admin.query("delete from request_buckets where bucket like 'link ip %'");
      const one = await openIn(launched, url, look);
      opened.push(one);
      return one;
    };
    return { ...server, open };
  };
}

async function openIn(browser: Browser, baseURL: string, look: Look = {}): Promise<Opened> {
  const { device = "wide", colors = "light", motion = "reduced", script = "on" } = look;
  const context = await browser.newContext({
    ...DEVICES[device],
    baseURL,
    colorScheme: colors,
    javaScriptEnabled: script === "on",
    reducedMotion: motion === "reduced" ? "reduce" : "no-preference",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  context.setDefaultTimeout(WAIT_MS);
  const trouble = await watch(context);
  return { page: await context.newPage(), context, trouble, script };
}

/** Gives an open page the screen and the colors of another look. It stays a page of the device that opened it. */
export async function become(page: Page, { device, colors }: Required<Pick<Look, "device" | "colors">>): Promise<void> {
  await page.setViewportSize(DEVICES[device].viewport);
  await page.emulateMedia({ colorScheme: colors });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Closes the browsers and returns the faults of their pages. For a failed test it keeps the pages as files. */
export async function closeAll(opened: readonly Opened[], name: string, hasFailed: boolean): Promise<string[]> {
  const running = opened.filter(({ script }) => script === "on");
  await Promise.all(running.flatMap(({ context }) => context.pages().map(settle)));
  const faults = opened.flatMap(({ trouble }) => trouble.faults());
  const pages = opened.flatMap(({ context }) => context.pages());
  try {
    if (hasFailed || faults.length > 0) await keep(pages, name);
  } finally {
    await Promise.all(opened.map(({ context }) => context.close()));
  }
  return faults;
}

async function keep(pages: readonly Page[], name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-failed-"));
  for (const [index, page] of pages.entries()) {
    const path = join(folder, `${index + 1}`);
    writeFileSync(`${path}.html`, `<!-- ${page.url()} -->\n${await page.content()}`);
    await page.screenshot({ path: `${path}.png`, fullPage: true });
  }
  console.error(`Pages of “${name}”: ${folder}`);
}
