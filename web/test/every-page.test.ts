/** Every page, wide in light and on a phone in dark: axe finds no fault, and nothing is wider than the screen. */
import { expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { type Look, withBrowser } from "./browser.ts";
import { aCrew, pagesOf } from "./crew.ts";
import { goTo, overflowOf } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();
/** Each theme and each device once. */
const LOOKS: Look[] = [
  { device: "wide", colors: "light" },
  { device: "phone", colors: "dark" },
];

test.each(LOOKS)("on a $device screen in $colors", async (look) => {
  const crew = await aCrew(browser());
  const { page } = await browser().open(look);
  await signIn(page, browser(), emailOf(crew.scene.owner));
  for (const path of pagesOf(crew)) {
    await goTo(page, path);
    await expectAccessible(page);
    expect(await overflowOf(page), `pixels by which ${path} is wider than the screen`).toBe(0);
  }
});
