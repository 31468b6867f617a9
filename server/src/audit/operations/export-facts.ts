import Type, { type Static } from "typebox";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { factsAfter } from "../../kernel/facts/follow.ts";
import { factsAt, isStoredApart } from "../../kernel/facts/whole.ts";
import { query } from "../../kernel/operation.ts";
import { Defaulted, Fields, Literals, Nullable } from "../../kernel/schema.ts";
import { csvHeader, csvRow } from "../sealing/csv.ts";
import { dataHash, entryOf } from "../sealing/entry.ts";
import { type ExportLine, lineText } from "../sealing/line.ts";
import { mustBeSealed } from "../sealing/sealed.ts";
import { planPeaks } from "../sealing/tree.ts";
import { type Leaf, listLeaves, proofOf } from "../store/leaves.ts";
import { findTree, type TreeRow } from "../store/trees.ts";

/** Facts in one answer, at most; 4 MiB of them end it too. */
const FACTS_MAX = 2_000;

const Exported = Fields({
  format: Literals(["jsonl", "csv"]),
  lines: Type.String({ description: "One fact in each line." }),
  next_leaf: Nullable(Type.Integer({ description: "Pass it as from_leaf for the next part; null at the end." })),
});

const TYPES = { jsonl: "application/jsonl", csv: "text/csv" } as const;

export const exportFacts = query({
  name: "audit.export",
  summary: "Export the facts of the workspace in the order of their Merkle tree, oldest first.",
  description:
    "`bailiwick audit verify` checks the lines of jsonl without a server. csv is for spreadsheets. Facts that are not " +
    `sealed yet come last and have no leaf. An answer has at most ${FACTS_MAX} facts, and its header Link names the next part; \`bailiwick audit export\` reads all parts.`,
  route: "GET /audit/export",
  permission: "audit:read",
  // For people outside, and too long for a model.
  tool: false,
  input: Fields({
    format: Defaulted(Literals(["jsonl", "csv"]), "jsonl"),
    from_leaf: Defaulted(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), 0),
  }),
  output: Exported,
  text: {
    types: Object.values(TYPES),
    of: ({ format, lines, next_leaf }: Static<typeof Exported>) => ({
      type: TYPES[format],
      body: lines,
      ...(next_leaf !== null && { next: { format, from_leaf: String(next_leaf) } }),
    }),
  },
  problems: ["conflict"],
  async run({ tx }, { format, from_leaf }) {
    const row = mustBeSealed(await findTree(tx));
    const sealed = await sealedLines(tx, row, from_leaf);
    const rest = sealed.next === null ? await unsealedLines(tx, row) : [];
    const lines = [...sealed.lines, ...rest];
    const texts =
      format === "csv" ? [...(from_leaf === 0 ? [csvHeader()] : []), ...lines.map(csvRow)] : lines.map(lineText);
    return { format, lines: texts.map((text) => `${text}\n`).join(""), next_leaf: sealed.next };
  },
});

type Line = Omit<ExportLine, "v">;

async function sealedLines(
  tx: ReadTx,
  { tree }: TreeRow,
  from: number,
): Promise<{ lines: Line[]; next: number | null }> {
  // Facts that are sealed after the tree was read are none of its leaves.
  const leaves = await listLeaves(tx, from, Math.min(FACTS_MAX, Math.max(0, tree.size - from)));
  const { rows, hasMore } = await factsAt(
    tx,
    leaves.map(({ seq }) => seq),
  );
  const bySeq = new Map(leaves.map((leaf) => [leaf.seq, leaf]));
  const lines = rows.map((row): Line => {
    // The statement looked for the numbers of these leaves.
    const { leaf, hash, data_sha256 } = bySeq.get(row.seq) as Leaf;
    const entry = entryOf(tx.workspace, row, data_sha256);
    return {
      ...entry,
      leaf,
      leaf_sha256: hash.toString("hex"),
      data: row.data,
      ...lossOf(row, data_sha256),
    };
  });
  const [first] = lines;
  if (first && from > 0) first.before = (await proofOf(tx, planPeaks(from))).map((hash) => hash.toString("base64"));
  const end = hasMore ? (lines.at(-1)?.leaf ?? from) + 1 : from + leaves.length;
  return { lines, next: end < tree.size ? end : null };
}

/** Returns the mark of data that are no longer those of the hash: content was withdrawn, or retention left the short fields. */
function lossOf(
  { redaction_id, data }: { redaction_id: string | null; data: Line["data"] },
  hash: Buffer,
): Pick<Line, "withdrawn" | "trimmed"> {
  const isLost = redaction_id !== null || isStoredApart({ data });
  if (!isLost || dataHash(data) === hash.toString("hex")) return {};
  return redaction_id !== null ? { withdrawn: true } : { trimmed: true };
}

async function unsealedLines(tx: ReadTx, { position }: TreeRow): Promise<Line[]> {
  const { facts, epoch, hasMore } = await factsAfter(tx, position);
  // An end without these facts would look like the end of the record.
  if (epoch !== position.epoch || hasMore) return mustBeSealed<Line[]>(undefined);
  return facts.map(({ fact: { data, ...about }, agent_id }) => ({
    ...about,
    workspace_id: tx.workspace,
    agent_id,
    data_sha256: dataHash(data),
    leaf: null,
    leaf_sha256: null,
    data,
  }));
}
