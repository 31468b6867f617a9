/** The state of the sealed record: the number of its facts, the newest checkpoint and the export. */
import { Download } from "lucide-react";
import { useState } from "react";
import { notify } from "../../data/notices.ts";
import { describeError, useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { countText } from "../../ui/count.tsx";
import { Menu } from "../../ui/menu.tsx";
import { saveText } from "../../ui/save-text.ts";
import { Time } from "../../ui/time.tsx";

const READ_EVERY_MS = 15_000;
/** An export of more parts is better written by the command line, which needs no memory of the browser. */
const PARTS_MAX = 50;

export function SealState() {
  const { data } = useRead(["audit", "checkpoint"], (client, call) => client.audit.getCheckpoint({}, call), {
    everyMs: READ_EVERY_MS,
  });
  if (!data) return null;
  const refusal = data.witnesses.find(({ is_refused }) => is_refused);
  const witnessedAt = data.witnesses
    .flatMap(({ witnessed_at }) => witnessed_at ?? [])
    .sort()
    .at(-1);
  return (
    <span className="text-sm text-ink-3">
      Sealed up to fact {countText(data.size)}, <Time at={data.sealed_at} />
      {witnessedAt !== undefined && (
        <>
          {" · last witnessed "}
          <Time at={witnessedAt} />
        </>
      )}
      {refusal && <span className="text-failed"> · refused by a witness: {refusal.problem}</span>}
    </span>
  );
}

export function SealActions() {
  const { client } = useSession();
  const [isBusy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notify({ ...describeError(error), isError: true });
    } finally {
      setBusy(false);
    }
  };
  const text = (name: string, read: () => Promise<string>) => () =>
    void run(async () => saveText(name, "text/plain", await read()));
  const record = async (format: "jsonl" | "csv") => {
    const parts: string[] = [];
    for (let from: number | null = 0; from !== null && parts.length < PARTS_MAX; ) {
      const part: { lines: string; next_leaf: number | null } = await client.audit.export({ format, from_leaf: from });
      parts.push(part.lines);
      from = part.next_leaf;
      if (from !== null && parts.length === PARTS_MAX)
        throw new Error("The record is too long for the browser. Write it with: bailiwick audit export FILE");
    }
    saveText(`record.${format}`, format === "csv" ? "text/csv" : "application/jsonl", parts.join(""));
  };
  return (
    <Menu
      trigger={
        <Button isBusy={isBusy}>
          <Download aria-hidden className="size-4" />
          Export
        </Button>
      }
      entries={[
        { label: "All facts, to verify (JSON lines)", onSelect: () => void run(() => record("jsonl")) },
        { label: "All facts, for a spreadsheet (CSV)", onSelect: () => void run(() => record("csv")) },
        {
          label: "The newest checkpoint",
          onSelect: text("bailiwick.checkpoint", async () => (await client.audit.getCheckpoint({})).checkpoint),
        },
        {
          label: "The key that verifies it",
          onSelect: text("bailiwick.key", async () => (await client.audit.getKey({})).key),
        },
      ]}
    />
  );
}
