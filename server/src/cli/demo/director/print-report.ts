/** Formats the report of the audit for people. */
import type { Report } from "../../../demo/packages/shapes.ts";
import type { Paint } from "./terminal.ts";
import { count, megabytes, shorten } from "./words.ts";

/** The most lines of each list. The output of the task has the whole list. */
const LINES_MAX = 8;
const LABEL_WIDTH = 18;
const INDENT = "  ";

export function reportLines(report: Report, path: string, paint: Paint, width: number): string[] {
  const { packages, names, files, bytes } = report;
  const block = (label: string, lines: readonly string[], total = lines.length) =>
    labelled(label, lines, total, paint, width);
  return [
    paint("bold", `The packages installed in ${path}`),
    "",
    ...block("Packages", [`${count(packages, "package")} of ${count(names, "name")}`]),
    ...block("Size", [`${megabytes(bytes)} in ${count(files, "file")}`]),
    ...block("Digest", [`sha256 ${report.digest}`]),
    ...block("Licences", [licenses(report)]),
    ...block("Licence unknown", report.unknown_licenses.items.map(label), report.unknown_licenses.total),
    ...block("Biggest", biggest(report)),
    ...block("Install scripts", scripts(report), report.install_scripts.total),
    ...block("Several versions", versions(report), report.several_versions.total),
    ...(report.unreadable.total > 0 ? block("Unreadable", unreadable(report), report.unreadable.total) : []),
  ];
}

function labelled(name: string, lines: readonly string[], total: number, paint: Paint, width: number): string[] {
  const room = width - INDENT.length - LABEL_WIDTH;
  const shown = lines.length === 0 ? ["none"] : lines.slice(0, LINES_MAX).flatMap((line) => wrap(line, room));
  if (total > LINES_MAX) shown.push(paint("dim", `and ${count(total - LINES_MAX, "more", "more")}`));
  return shown.map((line, index) => {
    const head = (index === 0 ? name : "").padEnd(LABEL_WIDTH);
    return `${INDENT}${index === 0 ? paint("cyan", head) : head}${line}`;
  });
}

/** Breaks a long list at commas instead of cutting it. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(/(?<=, )/)) {
    if (line !== "" && line.length + part.trimEnd().length > room) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += part;
  }
  return [...lines, shorten(line, room)];
}

function label({ name, version }: { name: string; version: string }): string {
  return `${name} ${version}`;
}

function licenses(report: Report): string {
  return report.licenses.map(({ license, packages }) => `${license} ${packages}`).join(", ") || "none";
}

const BIGGEST_SHOWN = 5;

function biggest({ biggest: { items } }: Report): string[] {
  return items.slice(0, BIGGEST_SHOWN).map((one) => `${megabytes(one.bytes).padStart(9)}  ${label(one)}`);
}

function scripts({ install_scripts: { items } }: Report): string[] {
  return items.map(
    (one) => `${label(one)}: ${one.scripts.map(({ name, command }) => `${name} "${command}"`).join("; ")}`,
  );
}

function versions({ several_versions: { items } }: Report): string[] {
  return items.map(({ name, versions }) => `${name}: ${versions.join(", ")}`);
}

function unreadable({ unreadable: { items } }: Report): string[] {
  return items.map(({ path, problem }) => `${path}: ${problem}`);
}
