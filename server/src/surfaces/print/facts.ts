/** The types of facts, for the SDK and the reference. */
import type { FactSpec } from "../../kernel/facts/fact.ts";
import { FACT_TITLES, FactOnWire } from "../../kernel/facts/schema.ts";
import { type Section, section, text } from "./blocks.ts";
import { plain } from "./shapes.ts";
import { bodyText, commentLines, indented, type Schema, typeText } from "./typescript.ts";

type NameOf = (schema: Schema) => string | undefined;

const byType = (facts: readonly FactSpec[]) => facts.toSorted((a, b) => (a.type < b.type ? -1 : 1));
const kindsOf = ({ subject }: FactSpec): string[] => [subject].flat();

/** The shape of a fact names the parts that its type decides. */
const PARTS: Readonly<Record<string, string>> = {
  [FACT_TITLES.type]: "T",
  [FACT_TITLES.kind]: FACT_TITLES.kind,
  [FACT_TITLES.data]: `${FACT_TITLES.data}[T]`,
};

/** Returns true when `factTypes` declares the shape. */
export function isOfFacts(name: string): boolean {
  return Object.values<string>(FACT_TITLES).includes(name);
}

/** A fact is one of many types, and its type says which data it has. */
export function factTypes(facts: readonly FactSpec[], nameOf: NameOf): string {
  const options = { nameOf, isInput: false };
  const lines = byType(facts).flatMap(({ type, meaning, data }) => {
    const text = typeText(plain(data), options);
    return [...commentLines(meaning), `${JSON.stringify(type)}: ${text};`];
  });
  const kinds = [...new Set(facts.flatMap(kindsOf))].sort();
  const nameOfPart = (schema: Schema) => PARTS[String(schema.title)] ?? nameOf(schema);
  return `/** The data of each type of fact. */
export interface FactData {
${indented(lines.join("\n"))}
}

export type FactType = keyof FactData;

/** The kind of thing that a fact is about. */
export type SubjectKind =${kinds.map((kind) => `\n  | ${JSON.stringify(kind)}`).join("")};

/** A fact of one type. */
export interface FactOf<T extends FactType> ${bodyText(plain(FactOnWire), { nameOf: nameOfPart, isInput: false })}

/**
 * Something that happened in the workspace. A newer server may write types that are not listed here. In lists, data of
 * more than 2 KiB has only its short fields, the beginning of its long texts, \`payload_bytes\` and \`payload_sha256\`.
 */
export type Fact = { [T in FactType]: FactOf<T> }[FactType];
`;
}

/** The table of facts in the reference. */
export function factSection(facts: readonly FactSpec[], nameOf: NameOf): Section {
  const rows = byType(facts).map((fact) => {
    const data = typeText(plain(fact.data), { nameOf, isInput: false }).replaceAll(/\/\*\*.*?\*\//g, "");
    const line = data.replaceAll(/\s+/g, " ").trim();
    return [`\`${fact.type}\``, fact.meaning, kindsOf(fact).join(", "), `\`${line}\``];
  });
  return section("fact-types", "Fact types", [
    text("Every change writes at least one fact."),
    { kind: "table", head: ["fact", "meaning", "subject", "data"], rows },
  ]);
}
