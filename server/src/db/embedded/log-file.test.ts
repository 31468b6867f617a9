import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { loggedSince, sizeOf, trim } from "./log-file.ts";
import { aFolder, cleanUp } from "./test-processes.ts";

afterEach(cleanUp);

test("a log above its size limit starts again, and the previous one is kept", async () => {
  const file = join(await aFolder(), "postgres.log");
  await trim(file, 10);
  for (const text of ["first, too long", "second, too long", "third"]) {
    await appendFile(file, text);
    await trim(file, 10);
  }
  expect(await readFile(file, "utf8")).toBe("third");
  expect(await readFile(`${file}.1`, "utf8")).toBe("second, too long");
});

test("the lines logged since a size are returned, also after the log was trimmed", async () => {
  const file = join(await aFolder(), "postgres.log");
  await appendFile(file, "before ");
  const size = await sizeOf(file);
  await appendFile(file, "since");
  expect(await loggedSince(file, size)).toBe("since");
  expect(await loggedSince(file, 1_000)).toBe("before since");
});
