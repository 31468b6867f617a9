import { expect, test } from "vitest";
import { aFolder, aLink } from "../test-installation.ts";
import { listPackages } from "./list-packages.ts";

const A_PACKAGE = { name: "any" };

test("plain, scoped and nested packages are found, in order", async () => {
  const root = aFolder({
    "package.json": A_PACKAGE,
    "node_modules/b/package.json": A_PACKAGE,
    "node_modules/@scope/a/package.json": A_PACKAGE,
    "node_modules/b/node_modules/a/package.json": A_PACKAGE,
    "node_modules/b/node_modules/@scope/c/package.json": A_PACKAGE,
  });
  const { packages, isCut } = await listPackages(root);
  expect(packages).toEqual([
    "node_modules/@scope/a",
    "node_modules/b",
    "node_modules/b/node_modules/@scope/c",
    "node_modules/b/node_modules/a",
  ]);
  expect(isCut).toBe(false);
});

test("links, files, npm's own folders and folders without a package.json are no packages", async () => {
  const root = aFolder({
    "workspace/package.json": A_PACKAGE,
    "workspace/node_modules/elsewhere/package.json": A_PACKAGE,
    "node_modules/.bin/tool": "#!/bin/sh",
    "node_modules/.cache/thing/package.json": A_PACKAGE,
    "node_modules/.package-lock.json": "{}",
    "node_modules/leftover/readme.txt": "",
    "node_modules/real/package.json": A_PACKAGE,
    "node_modules/real/lib/package.json": { type: "module" },
  });
  aLink(root, "node_modules/linked", "workspace");
  aLink(root, "node_modules/@scope/linked", "workspace");
  expect((await listPackages(root)).packages).toEqual(["node_modules/real"]);
});

test("a link that leads back up does not go round for ever", async () => {
  const root = aFolder({ "node_modules/a/package.json": A_PACKAGE });
  aLink(root, "node_modules/a/node_modules/up", "node_modules");
  expect((await listPackages(root)).packages).toEqual(["node_modules/a"]);
});

test("packages in the store of pnpm are found where they really are", async () => {
  const root = aFolder({ "node_modules/.pnpm/a@1.0.0/node_modules/a/package.json": A_PACKAGE });
  aLink(root, "node_modules/a", "node_modules/.pnpm/a@1.0.0/node_modules/a");
  expect((await listPackages(root)).packages).toEqual(["node_modules/.pnpm/a@1.0.0/node_modules/a"]);
});

test("more packages than the most are cut, and it says so", async () => {
  const names = ["a", "b", "c", "d"].map((name) => [`node_modules/${name}/package.json`, A_PACKAGE] as const);
  const { packages, isCut } = await listPackages(aFolder(Object.fromEntries(names)), 3);
  expect(packages).toHaveLength(3);
  expect(isCut).toBe(true);
});

test("a folder without an installation has none", async () => {
  expect(await listPackages(aFolder({}))).toEqual({ packages: [], isCut: false });
});
