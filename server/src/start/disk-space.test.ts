import { expect, it } from "vitest";
import { createDiskSpace } from "./disk-space.ts";

const MIB = 1024 ** 2;

function aDisk(totalMib: number) {
  const disk = { freeMib: totalMib };
  const space = createDiskSpace("/data", async () => ({ bavail: disk.freeMib, blocks: totalMib, bsize: MIB }));
  const isShortAt = async (freeMib: number) => {
    disk.freeMib = freeMib;
    await space.look();
    return space.shortage() !== undefined;
  };
  return { isShortAt, space };
}

it.each([
  ["a large disk keeps 1 GiB", 2_000_000, 1_024],
  ["a medium disk keeps 5 %", 10_000, 500],
  ["a small disk keeps 128 MiB for the write-ahead log", 1_000, 128],
])("%s", async (_name, totalMib, keptMib) => {
  const { isShortAt } = aDisk(totalMib);
  expect(await isShortAt(keptMib)).toBe(false);
  expect(await isShortAt(keptMib - 1)).toBe(true);
});

it("writes begin again only at a higher limit", async () => {
  const { isShortAt, space } = aDisk(10_000);
  expect(await isShortAt(499)).toBe(true);
  expect(space.shortage()).toContain("No space: 499 MiB of 10000 MiB are free");
  expect(await isShortAt(501)).toBe(true);
  expect(await isShortAt(551)).toBe(false);
  expect(await isShortAt(501)).toBe(false);
});

it("a folder whose disk cannot be read changes nothing", async () => {
  const space = createDiskSpace("/nowhere", () => Promise.reject(new Error("ENOENT")));
  await space.look();
  expect(space.shortage()).toBeUndefined();
});
