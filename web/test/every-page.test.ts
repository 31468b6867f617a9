/**
 * Every page with hostile texts of agents: the text is rendered as text only, nothing is wider than the screen, and axe
 * finds no fault. The watched browser adds: no message on the console, no failed request, no violation of the policy.
 */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { become, withBrowser } from "./browser.ts";
import { aCrew, type Crew, PLAIN, pagesOf, type Words } from "./crew.ts";
import { hiddenIn } from "./hidden.ts";
import { follow, goTo, overflowOf } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

const SCRIPT = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;
const LINKS = "javascript:document.title='owned' [a](javascript:alert(1)) data:text/html,<script>1</script>";
const MARKS = "\u202Ertl-override\u2066isolate \u200Fmark\u0007\u0085\u200Bwidth";
const LONG = "x".repeat(64 * 1024 - 300);

const MARKUP: Words = {
  name: `<b>${MARKS}</b>`,
  line: `${SCRIPT} ${MARKS} ${LINKS}`,
  text: `${PLAIN.text}\n${SCRIPT}\n${LINKS}\n${MARKS}`,
  emoji: "<i>🏴‍☠️",
  json: { [SCRIPT]: LINKS, __proto__: null, constructor: SCRIPT, list: [MARKS, { "": SCRIPT }] },
};
const LONG_LINES: Words = {
  name: "n".repeat(90),
  line: "l".repeat(400),
  text: LONG.slice(0, 1_900),
  emoji: "👩‍👩‍👧‍👦",
  json: { long: LONG, ["k".repeat(2_000)]: LONG.slice(0, 10_000) },
};

/** Returns the traces of text that was rendered as more than text. */
function traces(page: Page): Promise<string[]> {
  return page.evaluate(() => [
    ...(document.title === "owned" ? ["a script ran"] : []),
    ...[...document.querySelectorAll("script:not([src]), img[src='x'], iframe, object")].map((one) => one.outerHTML),
    ...[...document.querySelectorAll("a[href], form[action]")]
      .map((one) => one.getAttribute("href") ?? one.getAttribute("action") ?? "")
      .filter((url) => /^\s*(?:javascript|data|vbscript):/i.test(url)),
  ]);
}

type StoppedCrew = Crew & { stopId: string };

async function aCrewThatSays(words: Words): Promise<StoppedCrew> {
  const crew = await aCrew(browser(), words);
  await crew.worker.client.messages.send({ content: `${SCRIPT} ${LONG.slice(0, 60_000)}`, thread_id: crew.threadId });
  // The part that stops nothing here. Its reason stands above every page.
  const { id } = await crew.owner.stops.create({ scope: "workspace", what: ["actions"], reason: words.line });
  return { ...crew, stopId: id };
}

const allPages = (crew: StoppedCrew) => [...pagesOf(crew), `/stops/${crew.stopId}`];

/** The pages of this crew that show its texts. A form for something new shows none. */
const withTexts = (crew: StoppedCrew) => allPages(crew).filter((path) => !path.endsWith("create=yes"));

type Check = (page: Page) => Promise<void>;

/** Opens each page once, wide and light, then turns the open page into a dark one on a phone. */
async function walk(paths: readonly string[], crew: Crew, open: typeof goTo, ...checks: Check[]): Promise<Page> {
  const { page } = await browser().open({ device: "wide", colors: "light" });
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/inbox");
  for (const path of paths) {
    await open(page, path);
    expect(await traces(page), path).toEqual([]);
    expect(await hiddenIn(page), `hidden characters in ${path}`).toEqual([]);
    await expectFits(page, path, checks);
    await become(page, { device: "phone", colors: "dark" });
    await expectFits(page, `${path} on a phone`, checks);
    await become(page, { device: "wide", colors: "light" });
  }
  await follow(page, `/tasks/${crew.running.id}`);
  return page;
}

async function expectFits(page: Page, name: string, checks: readonly Check[]): Promise<void> {
  expect(await overflowOf(page), `pixels by which ${name} is wider than the screen`).toBe(0);
  for (const check of checks) await check(page);
}

test("scripts and links stay text, and axe finds no fault", async () => {
  const crew = await aCrewThatSays(MARKUP);
  // Loaded one by one, so each address can be entered.
  const page = await walk(allPages(crew), crew, goTo, expectAccessible);
  expect(await page.getByRole("main").textContent()).toContain(
    `${SCRIPT} [U+202E]rtl-override[U+2066]isolate [U+200F]mark[U+0007][U+0085][U+200B]width`,
  );
});

// Without axe, which would examine the same elements again.
test("lines of 64 KiB without a space fit the screen", async () => {
  const crew = await aCrewThatSays(LONG_LINES);
  const page = await walk(withTexts(crew), crew, follow);
  expect(await page.getByRole("main").textContent()).toContain(LONG_LINES.line.slice(0, 40));
});
