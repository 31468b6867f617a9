/** Reads the facts about one installed package. */
import { readdir, readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { isLicenseFile, licenseInField, licenseInText, UNKNOWN_LICENSE } from "./license.ts";
import { measureFolder } from "./measure-folder.ts";
import type { PackageFacts } from "./shapes.ts";

/** The scripts that npm runs when it installs a package. */
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"] as const;
const COMMAND_LENGTH_MAX = 200;
const NAME_LENGTH_MAX = 300;

export async function readPackage(root: string, path: string, signal: AbortSignal): Promise<PackageFacts> {
  const folder = folderBelow(root, path);
  const { manifest, problem } = await readManifest(folder);
  const names = await readdir(folder);
  return {
    path,
    name: textOf(manifest.name) ?? path.replace(/^.*node_modules\//, ""),
    version: textOf(manifest.version) ?? "unknown",
    ...(await licenseOf(folder, names, manifest)),
    ...(await measureFolder(folder, signal)),
    install_scripts: installScripts(manifest, names),
    ...(problem !== undefined && { problem }),
  };
}

/** Throws for a path outside the audited folder, because a task may name any path. */
function folderBelow(root: string, path: string): string {
  const folder = resolve(root, path);
  if (folder.startsWith(resolve(root) + sep)) return folder;
  throw new Error(`${path} is not inside ${root}.`);
}

async function readManifest(folder: string): Promise<{ manifest: Record<string, unknown>; problem?: string }> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  try {
    const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    // Any object is accepted here, because each field is checked before its use.
    if (isObject(manifest)) return { manifest };
    return { manifest: {}, problem: "package.json is not an object." };
  } catch {
    return { manifest: {}, problem: "package.json is not JSON." };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, NAME_LENGTH_MAX) : undefined;
}

async function licenseOf(
  folder: string,
  names: readonly string[],
  manifest: Record<string, unknown>,
): Promise<Pick<PackageFacts, "license" | "license_from">> {
  const named = licenseInField(manifest);
  if (named !== undefined) return { license: named.slice(0, NAME_LENGTH_MAX), license_from: "field" };
  for (const name of names.filter(isLicenseFile).sort()) {
    // A folder may have the name LICENSES.
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    const recognised = licenseInText(text);
    if (recognised !== undefined) return { license: recognised, license_from: "file" };
  }
  return { license: UNKNOWN_LICENSE, license_from: "nowhere" };
}

function installScripts(manifest: Record<string, unknown>, names: readonly string[]): PackageFacts["install_scripts"] {
  const scripts = isObject(manifest.scripts) ? manifest.scripts : {};
  const found = INSTALL_SCRIPTS.flatMap((name) => {
    const command = textOf(scripts[name]);
    return command === undefined ? [] : [{ name, command: command.slice(0, COMMAND_LENGTH_MAX) }];
  });
  const ownsInstall = found.some(({ name }) => name === "preinstall" || name === "install");
  // If a package with this file has no own script, npm compiles the package.
  if (names.includes("binding.gyp") && !ownsInstall) found.push({ name: "install", command: "node-gyp rebuild" });
  return found;
}
