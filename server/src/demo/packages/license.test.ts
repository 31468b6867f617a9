import { expect, test } from "vitest";
import { isLicenseFile, licenseInField, licenseInText } from "./license.ts";

test.each([
  [{ license: "MIT" }, "MIT"],
  [{ license: " (MIT OR Apache-2.0) " }, "(MIT OR Apache-2.0)"],
  [{ license: { type: "BSD-3-Clause", url: "https://example.org" } }, "BSD-3-Clause"],
  [{ licenses: [{ type: "MIT" }, { type: "GPL-2.0" }] }, "(MIT OR GPL-2.0)"],
  [{ licenses: ["ISC"] }, "ISC"],
  [{ license: "UNLICENSED" }, "UNLICENSED"],
  [{ license: "SEE LICENSE IN LICENSE.txt" }, undefined],
  [{ license: "" }, undefined],
  [{ license: 7 }, undefined],
  [{}, undefined],
])("the field %j says %s", (manifest, license) => {
  expect(licenseInField(manifest)).toBe(license);
});

const PERMISSION =
  "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee";

test.each([
  ["The MIT License\n\nPermission is hereby granted, free of charge,\nto any person obtaining a copy of", "MIT"],
  [`${PERMISSION} is hereby granted, provided that the above copyright notice appears`, "ISC"],
  [`${PERMISSION} is hereby granted.`, "0BSD"],
  ["Apache License\n      Version 2.0, January 2004", "Apache-2.0"],
  ["Redistribution and use in source and binary forms ... Neither the name of the author", "BSD-3-Clause"],
  ["Redistribution and use in source and binary forms, with or without modification", "BSD-2-Clause"],
  ["GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007", "LGPL-3.0"],
  ["GNU GENERAL PUBLIC LICENSE\n Version 2, June 1991", "GPL-2.0"],
  ["All rights reserved.", undefined],
])("a text like %j is of %s", (text, license) => {
  expect(licenseInText(text)).toBe(license);
});

test.each([
  ["LICENSE", true],
  ["licence.md", true],
  ["LICENSE-MIT.txt", true],
  ["COPYING", true],
  ["license-checker.js", true],
  ["licenses", false],
  ["README.md", false],
])("the file %s may hold a licence: %s", (name, may) => {
  expect(isLicenseFile(name)).toBe(may);
});
