/** The loading of pages, also without the server. */
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew } from "./crew.ts";
import { goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

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
