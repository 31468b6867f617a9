/** Actions of agents: approved by keyboard on a phone, changed, decided together, and said to be done when in doubt. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, type Crew } from "./crew.ts";
import { goTo, overflowOf } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser({ BAILIWICK_ALLOW_PRIVATE_URLS: "127.0.0.1" });

/** The bodies that the service received. It breaks off its answer to `/broken`. */
const received: string[] = [];
const service = createServer((request, response) => {
  let text = "";
  request.on("data", (part) => {
    text += part;
  });
  request.on("end", () => {
    received.push(`${request.method} ${request.url} ${text}`);
    if (request.url === "/broken") request.socket.destroy();
    else response.writeHead(201, { "content-type": "application/json" }).end('{"id": "o-1"}');
  });
});
beforeAll(() => new Promise<void>((done) => service.listen(0, "127.0.0.1", done)));
afterAll(() => service.closeAllConnections());
afterAll(() => new Promise((done) => service.close(done)));

/** A crew whose agents may use the service. */
async function aShop() {
  const crew = await aCrew(browser());
  const base_url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const { id: connection_id } = await crew.owner.connections.create({
    service_type: "http",
    name: "Shop",
    config: { base_url },
  });
  const propose = (item: string, path = "/orders") =>
    crew.worker.client.actions.propose({
      action_type: "send_request",
      service_type: "http",
      connection_id,
      payload: { method: "POST", path, body: { item } },
      task_id: crew.running.id,
      reasoning: "The customer confirmed.",
    });
  return { ...crew, propose };
}

async function open({ scene }: Crew, path: string, device?: "phone"): Promise<Page> {
  const { page } = await browser().open(device && { device });
  await signIn(page, browser(), emailOf(scene.owner));
  await goTo(page, path);
  return page;
}

const stateIn = (page: Page, word: string) => page.getByRole("banner").or(page.locator("header")).getByText(word);

test("a person approves by keyboard on a phone and changes another action, and a second browser sees both", async () => {
  const shop = await aShop();
  const chair = await shop.propose("a chair\u202e");
  const page = await open(shop, "/inbox", "phone");
  const other = await open(shop, `/actions/${chair.id}`);
  await page.getByRole("link", { name: "Send request: POST /orders" }).waitFor();
  // The message with an earlier end is the first row.
  for (const key of ["j", "j", "a"]) await page.keyboard.press(key);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("cannot be undone").waitFor();
  await dialog.getByText("a chair[U+202E]").waitFor();
  expect(await overflowOf(page)).toBe(0);
  await page.keyboard.press("Enter");
  await stateIn(other, "Executed").waitFor();
  await other.getByText("answer 201").waitFor();
  await page
    .getByText("Nothing needs you.")
    .or(page.getByRole("table", { name: "Inbox" }))
    .waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Send request" }).count()).toBe(0);
  expect(received).toEqual(['POST /orders {"item":"a chair\u202e"}']);

  const table = await shop.propose("a table\u202e");
  await goTo(page, `/actions/${table.id}`);
  await goTo(other, `/actions?open=${table.id}`);
  await page.getByRole("button", { name: "Edit…" }).tap();
  await page.getByText('With its hidden characters: { "item": "a table[U+202E]" }').waitFor();
  await page.getByLabel("path").fill("/offers");
  await page.getByRole("button", { name: "Approve the changed action" }).tap();
  const panel = other.getByRole("complementary");
  await panel.getByText("What a person changed").waitFor();
  await panel.getByText("Executed", { exact: true }).first().waitFor();
  expect(received.at(-1)).toBe('POST /offers {"item":"a table\u202e"}');
  const { proposed_payload } = await shop.owner.actions.get({ id: table.id });
  expect(proposed_payload).toEqual(table.payload);
});

test("actions are approved together, and a person says what happened to one in doubt", async () => {
  const shop = await aShop();
  await shop.propose("a lamp", "/lamps");
  await shop.propose("a desk", "/desks");
  const page = await open(shop, "/inbox");
  const other = await open(shop, "/inbox");
  for (const one of [page, other]) await one.getByRole("link", { name: "Send request" }).nth(1).waitFor();
  for (const name of ["/lamps", "/desks"]) {
    await page
      .getByRole("row", { name: new RegExp(name) })
      .getByRole("checkbox")
      .check();
  }
  await page.keyboard.press("a");
  await page.getByRole("button", { name: "Approve 2 actions" }).click();
  await page.getByText("2 actions approved").first().waitFor();
  await expect.poll(() => other.getByRole("link", { name: "Send request" }).count()).toBe(0);
  await expect.poll(() => received.filter((one) => /lamps|desks/.test(one)).length).toBe(2);

  const broken = await shop.propose("a vase", "/broken");
  await shop.owner.actions.approve({ id: broken.id });
  await page.getByRole("link", { name: "Send request: POST /broken" }).click();
  await goTo(other, `/actions/${broken.id}`);
  await page.getByRole("button", { name: "It was executed…" }).click();
  await page.getByLabel("Reason").fill("The vase is among the orders of the shop.");
  await page.getByRole("button", { name: "It was executed" }).click();
  await stateIn(other, "Executed").waitFor();
  expect((await shop.owner.actions.get({ id: broken.id })).status).toBe("executed");
});
