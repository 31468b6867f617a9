/** Text from agents is rendered as text only, under the policy of the pages and without messages on the console. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, pagesOf, type Words } from "./crew.ts";
import { goTo, overflowOf } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

const SCRIPT = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;
const LINKS = "javascript:document.title='owned' [a](javascript:alert(1)) data:text/html,<script>1</script>";
const MARKS = "\u202Ertl-override\u2066isolate \u200Fmark";
const LONG = "x".repeat(64 * 1024 - 300);

const HOSTILE: Record<string, Words> = {
  "script and links": {
    name: `<b>${MARKS}</b>`,
    line: `${SCRIPT} ${LINKS}`,
    text: `${SCRIPT}\n${LINKS}\n${MARKS}`,
    emoji: "<i>🏴‍☠️",
    json: { [SCRIPT]: LINKS, __proto__: null, constructor: SCRIPT, list: [MARKS, { "": SCRIPT }] },
  },
  "lines of 64 KiB without a space": {
    name: "n".repeat(90),
    line: "l".repeat(400),
    text: LONG.slice(0, 1_900),
    emoji: "👩‍👩‍👧‍👦",
    json: { long: LONG, ["k".repeat(2_000)]: LONG.slice(0, 10_000) },
  },
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

test.each(Object.entries(HOSTILE))("%s, on every page, wide and on a phone", async (_name, words) => {
  const crew = await aCrew(browser(), words);
  await crew.worker.client.messages.send({ content: `${SCRIPT} ${LONG.slice(0, 60_000)}`, thread_id: crew.threadId });
  for (const device of ["wide", "phone"] as const) {
    const { page } = await browser().open({ device });
    await signIn(page, browser(), emailOf(crew.scene.owner));
    for (const path of pagesOf(crew)) {
      await goTo(page, path);
      expect(await traces(page), path).toEqual([]);
      expect(await overflowOf(page), `pixels by which ${path} is wider than the screen`).toBe(0);
    }
    await goTo(page, `/tasks/${crew.running.id}`);
    expect(await page.getByRole("main").textContent()).toContain(words.line.slice(0, 40));
  }
});
