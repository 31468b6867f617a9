/** Signs people in the way they do it: by the link of a mail, on the server's page. */
import type { Page } from "playwright-core";
import type { Actor } from "../../server/src/kernel/actor.ts";
import { aLinkToken, anInvitation, type Scene } from "../../server/test/harness/scene.ts";
import type { TestServer } from "./server.ts";

/** The address that scenes give a person. */
export const emailOf = ({ id }: Actor): string => `${id}@example.org`;

export async function signIn(page: Page, { app }: TestServer, email: string): Promise<void> {
  await page.goto(`/sign-in?token=${await aLinkToken(app, email)}`);
  await pressSignIn(page);
}

/** The owner of the first workspace, by the link that the start printed; it works once. */
export async function signInFirstOwner(page: Page, { ownerLink }: TestServer): Promise<void> {
  await page.goto(ownerLink);
  await pressSignIn(page);
}

/** Somebody new, who comes by an invitation to the scene's workspace, signs in for it and joins. */
export async function joinAs(
  page: Page,
  server: TestServer,
  scene: Scene,
  { email, role }: { email: string; role: "admin" | "member" | "viewer" },
): Promise<void> {
  const { token } = await anInvitation(scene, email, role);
  await page.goto(`/invitation?token=${token}`);
  await signIn(page, server, email);
  await page.getByRole("button", { name: "Join the workspace" }).click();
  await page.waitForURL((url) => url.pathname !== "/invitation");
}

async function pressSignIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
