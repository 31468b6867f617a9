/** The reference as Markdown. */
import type { Block, Section } from "./blocks.ts";
import { type ReferenceOptions, reference } from "./reference.ts";

const HEAD = "Printed from the list of operations by `npm run generate`. Do not edit.";

export function printReference(options: ReferenceOptions): string {
  const { introduction, sections } = reference(options);
  const anchorOf = anchors(sections);
  const write = (block: Block) => blockText(block, 2).replaceAll(/\]\(#([^)]+)\)/g, (_, id) => `](#${anchorOf(id)})`);
  const contents: Block = { kind: "list", items: sections.map(contentLine) };
  const head = ["# Reference", HEAD].join("\n\n");
  return `${[head, ...[...introduction, contents, ...sections].map(write)].join("\n\n")}\n`;
}

function contentLine({ id, title, blocks }: Section): string {
  const inside = blocks.flatMap((block) => (block.kind === "section" ? [`[${block.title}](#${block.id})`] : []));
  return `[${title}](#${id})${inside.length > 0 ? `: ${inside.join(", ")}` : ""}`;
}

/** Renderers of Markdown make an anchor from each heading, and number those that repeat. */
function anchors(sections: readonly Section[]): (id: string) => string {
  const known = new Map<string, string>();
  const seen = new Map<string, number>();
  for (const { id } of inOrder(sections)) {
    const plain = id.toLowerCase().replaceAll(".", "");
    const repeats = seen.get(plain) ?? 0;
    seen.set(plain, repeats + 1);
    known.set(id, repeats === 0 ? plain : `${plain}-${repeats}`);
  }
  return (id) => {
    const anchor = known.get(id);
    if (anchor === undefined) throw new Error(`The reference has no section ${id}.`);
    return anchor;
  };
}

function inOrder(blocks: readonly Block[]): Section[] {
  return blocks.flatMap((block) => (block.kind === "section" ? [block, ...inOrder(block.blocks)] : []));
}

function blockText(block: Block, level: number): string {
  switch (block.kind) {
    case "section": {
      const inside = block.blocks.map((one) => blockText(one, level + 1));
      return [`${"#".repeat(level)} ${block.title}`, ...inside].join("\n\n");
    }
    case "text":
      return block.text;
    case "list":
      return block.items.map((item) => `- ${item}`).join("\n");
    case "table":
      return [rowText(block.head), rowText(block.head.map(() => "---")), ...block.rows.map(rowText)].join("\n");
    case "code":
      return `\`\`\`${block.language}\n${block.text}\n\`\`\``;
    default:
      return block satisfies never;
  }
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
