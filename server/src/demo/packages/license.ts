/** Finds the licence of a package, from its package.json or from the text of a licence file. */

export const UNKNOWN_LICENSE = "unknown";

/** Reads the `license` field in all of its historical forms. Returns undefined when the field names no licence. */
export function licenseInField(manifest: Record<string, unknown>): string | undefined {
  const { license, licenses } = manifest;
  const named = [license, licenses].flat().flatMap((one) => nameOf(one) ?? []);
  const text = named.length > 1 ? `(${named.join(" OR ")})` : named[0];
  // The field refers to a file and names no licence.
  return text === undefined || /^see licen[cs]e in /i.test(text) ? undefined : text;
}

function nameOf(value: unknown): string | undefined {
  const text = typeof value === "object" && value !== null && "type" in value ? value.type : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

export function isLicenseFile(name: string): boolean {
  return /^(licen[cs]e|copying|unlicense)([.-].*)?$/i.test(name);
}

/** Words by which the text of a licence is recognised. The order matters: a later licence may contain earlier words. */
const TEXTS: readonly (readonly [string, RegExp])[] = [
  ["Apache-2.0", /apache license,? version 2\.0/i],
  ["AGPL-3.0", /gnu affero general public license version 3/i],
  ["LGPL-3.0", /gnu lesser general public license version 3/i],
  ["LGPL-2.1", /gnu lesser general public license version 2\.1/i],
  ["GPL-3.0", /gnu general public license version 3/i],
  ["GPL-2.0", /gnu general public license version 2/i],
  ["MPL-2.0", /mozilla public license,? (version|v\.) ?2\.0/i],
  ["Unlicense", /free and unencumbered software released into the public domain/i],
  ["CC0-1.0", /cc0 1\.0 universal/i],
  ["BlueOak-1.0.0", /blue oak model license/i],
  ["BSD-3-Clause", /redistribution and use in source and binary forms.*neither the name/is],
  ["BSD-2-Clause", /redistribution and use in source and binary forms/i],
  ["MIT", /permission is hereby granted, free of charge, to any person obtaining a copy/i],
  ["ISC", /permission to use, copy, modify, and\/?(or)? distribute this software for any purpose.*above copyright/is],
  ["0BSD", /permission to use, copy, modify, and\/?(or)? distribute this software for any purpose/i],
];

export function licenseInText(text: string): string | undefined {
  const plain = text.replaceAll(/\s+/g, " ");
  return TEXTS.find(([, words]) => words.test(plain))?.[0];
}
