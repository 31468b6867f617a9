import { expect, test } from "vitest";
import { mergeReport } from "./merge.ts";
import { type PackageFacts, parse, Report } from "./shapes.ts";
import { splitPackages } from "./split.ts";

function facts(path: string, more: Partial<PackageFacts> = {}): PackageFacts {
  return {
    path,
    name: path,
    version: "1.0.0",
    license: "MIT",
    license_from: "field",
    files: 2,
    bytes: 100,
    digest: path,
    install_scripts: [],
    ...more,
  };
}

test("licences are counted, the most frequent first", () => {
  const { licenses, unknown_licenses } = mergeReport([
    facts("a", { license: "ISC" }),
    facts("b"),
    facts("c"),
    facts("d", { license: "unknown" }),
  ]);
  expect(licenses).toEqual([
    { license: "MIT", packages: 2 },
    { license: "ISC", packages: 1 },
    { license: "unknown", packages: 1 },
  ]);
  expect(unknown_licenses).toEqual({ total: 1, items: [{ name: "d", version: "1.0.0", path: "d" }] });
});

test("a name in two versions is listed with both, a name with two equal copies is not", () => {
  const { several_versions, packages, names } = mergeReport([
    facts("x/two", { name: "two", version: "10.0.0" }),
    facts("two", { version: "9.0.0" }),
    facts("y/two", { name: "two", version: "9.0.0" }),
    facts("same"),
    facts("x/same", { name: "same" }),
  ]);
  expect(several_versions).toEqual({ total: 1, items: [{ name: "two", versions: ["9.0.0", "10.0.0"], copies: 3 }] });
  expect([packages, names]).toEqual([5, 2]);
});

test("sizes are summed and the biggest come first, ten of them", () => {
  const many = Array.from({ length: 12 }, (_, index) => facts(`p${index}`, { bytes: index }));
  const { bytes, files, biggest } = mergeReport(many);
  expect([bytes, files]).toEqual([66, 24]);
  expect(biggest.total).toBe(12);
  expect(biggest.items.map(({ bytes }) => bytes)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
});

test("what runs at installation and what could not be read is listed", () => {
  const scripts = [{ name: "install", command: "node-gyp rebuild" }];
  const { install_scripts, unreadable } = mergeReport([
    facts("a", { install_scripts: scripts }),
    facts("b", { problem: "package.json is not JSON." }),
  ]);
  expect(install_scripts.items).toEqual([{ name: "a", version: "1.0.0", path: "a", scripts }]);
  expect(unreadable.items).toEqual([{ name: "b", version: "1.0.0", path: "b", problem: "package.json is not JSON." }]);
});

test("a package that was reported twice counts once, and the order of the batches does not matter", () => {
  const found = [facts("a"), facts("b"), facts("c")];
  expect(mergeReport([...found].reverse().concat(facts("a")))).toEqual(mergeReport(found));
});

test("the report of nothing is one too", () => {
  const report = mergeReport([]);
  expect(parse(Report, report, "The report")).toEqual(report);
  expect(report.packages).toBe(0);
});

test("what is not a report is refused with the place that is wrong", () => {
  expect(() => parse(Report, { ...mergeReport([]), packages: "many" }, "The report")).toThrow(
    /^The report is not valid: \/packages .*integer\.$/,
  );
});

test.each([
  [276, 3, 9],
  [5, 3, 2],
  [5_000, 3, 50],
  [1, 1, 1],
  [0, 3, 0],
])("%i packages for %i workers make %i batches that together are the list", (count, workers, batches) => {
  const packages = Array.from({ length: count }, (_, index) => `p${index}`);
  const parts = splitPackages(packages, workers);
  expect(parts).toHaveLength(batches);
  expect(parts.flat()).toEqual(packages);
  const sizes = parts.map(({ length }) => length);
  expect(Math.max(0, ...sizes) - Math.min(...sizes, Math.max(0, ...sizes))).toBeLessThanOrEqual(1);
});
