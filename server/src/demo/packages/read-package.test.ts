import { expect, test } from "vitest";
import { aFolder, aLink } from "../test-installation.ts";
import { readPackage } from "./read-package.ts";

const never = new AbortController().signal;
const MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy";

test("name, version, licence, size, files and scripts come from the files", async () => {
  const scripts = { test: "vitest", postinstall: "node install.js" };
  const manifest = { name: "tool", version: "1.2.3", license: "ISC", scripts };
  const root = aFolder({
    "node_modules/tool/package.json": manifest,
    "node_modules/tool/lib/index.js": "12345",
    "node_modules/tool/node_modules/inner/package.json": { name: "inner" },
  });
  aLink(root, "node_modules/tool/link.js", "node_modules/tool/lib/index.js");
  const { bytes, digest, ...rest } = await readPackage(root, "node_modules/tool", never);
  expect(rest).toEqual({
    path: "node_modules/tool",
    name: "tool",
    version: "1.2.3",
    license: "ISC",
    license_from: "field",
    files: 2,
    install_scripts: [{ name: "postinstall", command: "node install.js" }],
  });
  expect(bytes).toBe(JSON.stringify(manifest).length + 5);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

test("the same files have the same digest, one other byte another", async () => {
  const files = { "node_modules/a/package.json": "{}", "node_modules/a/b/c.js": "1", "node_modules/a/b.js": "2" };
  const of = async (more: Record<string, string>) =>
    (await readPackage(aFolder({ ...files, ...more }), "node_modules/a", never)).digest;
  const digest = await of({});
  expect(await of({})).toBe(digest);
  expect(await of({ "node_modules/a/b.js": "3" })).not.toBe(digest);
});

test("a licence that is not named is recognised by its text", async () => {
  const root = aFolder({
    "node_modules/a/package.json": { name: "a", version: "1.0.0", license: "SEE LICENSE IN LICENCE" },
    "node_modules/a/LICENCE": MIT,
  });
  expect(await readPackage(root, "node_modules/a", never)).toMatchObject({ license: "MIT", license_from: "file" });
});

test("without a name and a text it is unknown", async () => {
  const root = aFolder({ "node_modules/a/package.json": {}, "node_modules/a/LICENSE/readme": MIT });
  const facts = await readPackage(root, "node_modules/a", never);
  expect(facts).toMatchObject({ name: "a", version: "unknown", license: "unknown", license_from: "nowhere" });
});

test("what npm would compile counts as an install script, unless the package has its own", async () => {
  const root = aFolder({
    "node_modules/a/package.json": {},
    "node_modules/a/binding.gyp": "{}",
    "node_modules/b/package.json": { scripts: { install: "node-gyp-build" } },
    "node_modules/b/binding.gyp": "{}",
  });
  const scriptsOf = async (path: string) => (await readPackage(root, path, never)).install_scripts;
  expect(await scriptsOf("node_modules/a")).toEqual([{ name: "install", command: "node-gyp rebuild" }]);
  expect(await scriptsOf("node_modules/b")).toEqual([{ name: "install", command: "node-gyp-build" }]);
});

test.each([
  ["{", "package.json is not JSON."],
  ["[]", "package.json is not an object."],
])("a package.json like %s is reported, and the rest is read", async (text, problem) => {
  const root = aFolder({ "node_modules/@s/a/package.json": text });
  const facts = await readPackage(root, "node_modules/@s/a", never);
  expect(facts).toMatchObject({ name: "@s/a", problem, files: 1 });
});

test("a package outside the audited folder is refused", async () => {
  const root = aFolder({ "inside/a/package.json": {}, "outside/package.json": {} });
  await expect(readPackage(`${root}/inside`, "../outside", never)).rejects.toThrow("is not inside");
  await expect(readPackage(`${root}/inside`, `${root}/outside`, never)).rejects.toThrow("is not inside");
  await expect(readPackage(`${root}/inside`, "", never)).rejects.toThrow("is not inside");
});

test("the reading stops when it is no longer wanted", async () => {
  const root = aFolder({ "node_modules/a/package.json": {} });
  await expect(readPackage(root, "node_modules/a", AbortSignal.abort())).rejects.toThrow("aborted");
});
