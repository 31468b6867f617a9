import { join } from "node:path";
import { expect, test } from "vitest";
import { aFolder, anInstallation } from "../../demo/test-installation.ts";
import { findOwnInstallation } from "./own-installation.ts";

test("is the folder that the package was installed into, not what is inside the package", async () => {
  const root = anInstallation();
  expect(await findOwnInstallation(join(root, "node_modules/plain-1"))).toBe(root);
  expect(await findOwnInstallation(join(root, "server"))).toBe(root);
});

test("is absent where the package stands alone, or nearly", async () => {
  const root = aFolder({ "node_modules/alone/package.json": { name: "alone" } });
  expect(await findOwnInstallation(join(root, "node_modules/alone"))).toBeUndefined();
});

test("is there for this clone", async () => {
  expect(await findOwnInstallation()).toBeDefined();
});
