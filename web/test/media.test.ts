/** Other ways to see the dashboard: colours of the system, more contrast, on paper, at 200 %, and without script. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
import { follow, goTo, overflowOf } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

const styleOf = (page: Page, selector: string, name: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((element, key) => getComputedStyle(element).getPropertyValue(key), name);

test("forced colours and more contrast keep what colour says, and a task prints whole", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/tasks");
  await page.emulateMedia({ forcedColors: "active" });
  const tick = "[role='row'] span:has(> input[type='checkbox'])";
  await page.locator(`${tick} svg`).first().waitFor({ state: "hidden" });
  await page.locator(`${tick} input`).first().check();
  await page.locator(`${tick} svg`).first().waitFor({ state: "visible" });
  expect(await styleOf(page, "nav a[aria-current='page']", "outline-style")).toBe("solid");
  await page.emulateMedia({ forcedColors: "none", contrast: "no-preference" });
  const line = await styleOf(page, "header", "border-bottom-color");
  await page.emulateMedia({ contrast: "more" });
  expect(await styleOf(page, "header", "border-bottom-color")).not.toBe(line);
  await expectAccessible(page);

  await follow(page, `/tasks/${crew.running.id}`);
  await page.emulateMedia({ contrast: "no-preference", media: "print", colorScheme: "dark" });
  await page.setViewportSize({ width: 480, height: 500 });
  await page.getByRole("navigation").first().waitFor({ state: "hidden" });
  // The whole content is in the document and not in a part that scrolls.
  const hidden = await page.evaluate(() => {
    const rest = [...document.querySelectorAll("main, main *")].filter(
      ({ scrollHeight, clientHeight }) => clientHeight > 100 && scrollHeight > clientHeight + 4,
    );
    return rest.map((element) => element.outerHTML.slice(0, 80));
  });
  expect(hidden).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(700);
  expect(await styleOf(page, "body", "color-scheme")).toBe("light");
});

test("at 200 % every page fits, and titles of tasks can be read", async () => {
  const crew = await aCrew(browser());
  const { page } = await browser().open();
  await page.setViewportSize({ width: 720, height: 450 });
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/overview");
  const title = page
    .getByRole("main")
    .getByRole("link", { name: /\(running\)/ })
    .last();
  expect((await title.boundingBox())?.width ?? 0).toBeGreaterThan(150);
  for (const path of ["/overview", "/inbox", "/tasks", "/agents", "/team", "/messages", "/keys", "/account"]) {
    await follow(page, path);
    expect(await overflowOf(page), path).toBe(0);
    const navigation = await page.getByRole("navigation", { name: "Main" }).boundingBox();
    expect(navigation?.width, path).toBeLessThan(80);
  }
  const badge = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Inbox" }).locator("span");
  await badge.first().waitFor();
  expect((await badge.first().boundingBox())?.x).toBeGreaterThanOrEqual(0);
});

test("a browser without script shows what is needed, in both themes", async () => {
  const crew = await aCrew(browser());
  for (const colors of ["light", "dark"] as const) {
    const { page, trouble } = await browser().open({ colors, script: "off" });
    // The browser may report the files that it loads ahead.
    trouble.allow(/^request: GET .*\/assets\/.* csp$/);
    await signIn(page, browser(), emailOf(crew.scene.owner));
    const box = await page.locator("noscript").boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: 1440, height: 900 });
  }
});
