/** Requests of agents for changes of their limits: decided on a phone, granted, revoked and rolled back. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { getKey } from "../../server/src/audit/operations/get-key.ts";
import { listAudit } from "../../server/src/audit/operations.ts";
import { verifyProof } from "../../server/src/audit/sealing/verify-proof.ts";
import { approveRequest } from "../../server/src/governance/operations/approve-request.ts";
import { seal } from "../../server/test/harness/audit-samples.ts";
import { aPerson } from "../../server/test/harness/harness.ts";
import { withBrowser } from "./browser.ts";
import { aCrew, type Crew, fenceOf } from "./crew.ts";
import { goTo, overflowOf } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();
const REASON = "The catalogue doubled over night.";

/** An agent whose cap of 0.10 dollars has no room for its next task. */
async function aCappedAgent({ owner, worker }: Crew) {
  const { id: policy_id } = await owner.risk.createPolicy({
    policy_type: "daily_spend_cap",
    threshold_value: 0.1,
    action_type: "throttle",
    agent_id: worker.agent.id,
  });
  const { id } = await owner.tasks.create({
    title: "Read the second half of the catalogue",
    assigned_to_agent_id: worker.agent.id,
    estimated_cost_usd: 0.2,
  });
  const ask = (requested_value: number) =>
    worker.client.governance.submitRequest({
      requested_changes: { policy_id, field: "threshold_value", requested_value },
      reason: REASON,
    });
  return { policy_id, id, ask };
}

test("a capped agent asks, a person grants it room on a phone, and rolls back what it did, which the record proves", async () => {
  const crew = await aCrew(browser());
  const { policy_id, id } = await aCappedAgent(crew);
  // The server asks for the agent.
  await expect(crew.worker.client.tasks.start({ id })).rejects.toThrow(/cap/);
  const { items } = await crew.owner.governance.listPending({ agent_id: crew.worker.agent.id });
  const request = items.find((one) => one.policy_id === policy_id);
  if (!request) throw new Error("No request was made.");
  const wanted = Number(request.requested_changes.requested_value);
  const { page } = await browser().open({ device: "phone" });
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/requests");
  await page.getByRole("link", { name: request.title }).click();
  await page.getByText("does not fit under the cap").first().waitFor();
  await page.getByText("from $0.10").first().waitFor();
  expect(await overflowOf(page)).toBe(0);
  const approve = page.getByRole("button", { name: "Approve", exact: true });
  // The thumb reaches the lower third of the screen.
  expect((await approve.boundingBox())?.y).toBeGreaterThan(844 * 0.66);
  await page.getByRole("button", { name: "Grant for a time…" }).click();
  await page.getByLabel("Uses").fill("1");
  await page.getByRole("button", { name: "Grant", exact: true }).click();
  await page
    .getByText(/^Approved with a grant/)
    .first()
    .waitFor();
  expect((await crew.owner.risk.getPolicy({ id: policy_id })).threshold_value).toBe(0.1);
  const grant = (await crew.worker.client.governance.listGrants()).items[0];
  await crew.worker.client.governance.applyGrant({
    grant_id: grant?.id ?? "",
    requested_change: { policy_id, field: "threshold_value", new_value: wanted },
  });
  const held = await crew.worker.client.tasks.start({ id });
  await crew.worker.client.tasks.complete({ id, fence: fenceOf(held), output: {} });

  await page.getByRole("button", { name: "Roll back…" }).click();
  const dialog = page.getByRole("dialog", { name: "Roll this change back?" });
  await dialog.getByText("to $0.10").waitFor();
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText(/rolled it back from/).waitFor();
  await page.getByRole("button", { name: "Restore…" }).waitFor();
  expect((await crew.owner.risk.getPolicy({ id: policy_id })).threshold_value).toBe(0.1);
  expect((await crew.owner.governance.getRequest({ id: request.id })).status).toBe("approved");

  await proveRollback(page, crew);
});

/** Opens why the change was rolled back, saves the proof and verifies it without the server. */
async function proveRollback(page: Page, crew: Crew): Promise<void> {
  await goTo(page, "/record?type=governance.change_rolled_back");
  await page
    .getByRole("link", { name: /rolled_back/ })
    .first()
    .click();
  await page.getByText("used once").waitFor();
  const { app, workspace, owner } = crew.scene;
  const { items: facts } = await app.call(listAudit, owner, { limit: 200 });
  await seal(app, workspace.id, facts.length);
  const { key } = await app.call(getKey, owner, {});
  const proof = page.getByRole("button", { name: "Proof" });
  const [download] = await Promise.all([page.waitForEvent("download"), proof.click()]);
  const verdict = await verifyProof(await readFile(await download.path(), "utf8"), { key });
  expect(verdict).toMatchObject({ lines: [expect.stringMatching(/^proven: fact /)], exitCode: 0 });
}

test("the inbox lists a request with its verbs; a grant shows what is left, and ends when it is revoked", async () => {
  const crew = await aCrew(browser());
  const { policy_id, ask } = await aCappedAgent(crew);
  await ask(0.5);
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(crew.scene.owner));
  await goTo(page, "/inbox");
  await page.getByRole("link", { name: "Raise the daily cap from $0.10 to $0.50" }).click();
  const panel = page.getByRole("complementary");
  await panel.getByRole("button", { name: "Grant for a time…" }).click();
  await panel.getByLabel("Uses").fill("2");
  await panel.getByRole("button", { name: "Grant", exact: true }).click();
  await page
    .getByText(/^Approved with a grant/)
    .first()
    .waitFor();
  const { items } = await crew.worker.client.governance.listGrants();
  const grant_id = items[0]?.id ?? "";
  const use = (new_value: number) =>
    crew.worker.client.governance.applyGrant({
      grant_id,
      requested_change: { policy_id, field: "threshold_value", new_value },
    });
  await use(0.3);
  await goTo(page, "/requests?tab=grants");
  const row = page.getByRole("row", { name: /\$0\.10 to \$0\.50/ });
  await row.getByRole("img", { name: "1 of 2 uses left" }).waitFor();
  await row.getByRole("button", { name: "Revoke…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await row.getByText("Revoked").waitFor();
  await expect(use(0.4)).rejects.toThrow(/revoked/);

  const { id: rate_id } = await crew.owner.risk.createPolicy({
    policy_type: "token_rate_cap",
    threshold_value: 1_000,
    agent_id: crew.worker.agent.id,
  });
  await crew.worker.client.governance.submitRequest({
    requested_changes: { policy_id: rate_id, field: "threshold_value", requested_value: 2_000 },
    reason: REASON,
  });
  await goTo(page, "/requests");
  await page.getByRole("link", { name: "Raise the limit on tokens from 1,000 a minute to 2,000 a minute" }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await page.getByText("Approved once", { exact: true }).first().waitFor();
  expect((await crew.owner.risk.getPolicy({ id: rate_id })).threshold_value).toBe(2_000);
  await twoApprove(page, crew);
});

/** The owner asks for two approvals, and the page of a request says who gave the first. */
async function twoApprove(page: Page, crew: Crew): Promise<void> {
  const { app, workspace } = crew.scene;
  const admin = await aPerson(app, workspace.id, "admin");
  await goTo(page, "/account?tab=members");
  await page.getByLabel("People who must approve").selectOption("Two people");
  await page.getByText("Requests need two people now").first().waitFor();
  const { id: policy_id } = await crew.owner.risk.createPolicy({
    policy_type: "error_rate_cap",
    threshold_value: 0.5,
    agent_id: crew.worker.agent.id,
  });
  const { id } = await crew.worker.client.governance.submitRequest({
    requested_changes: { policy_id, field: "threshold_value", requested_value: 0.6 },
    reason: REASON,
  });
  await goTo(page, `/requests/${id}`);
  await page.getByText("0 of 2 approvals.").waitFor();
  await app.call(approveRequest, admin, { id, mode: "one_time" });
  await page.getByText(/1 of 2 approvals\. .+ approved it once/).waitFor();
  await page.getByText("Waits for a decision").first().waitFor();
}
