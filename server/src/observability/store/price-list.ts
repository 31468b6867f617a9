/** The table of the list prices of this installation. */
import type { PublicTx } from "../../kernel/db/tx.ts";

export interface StoredList {
  digest: string;
  source: string;
  known_since: string;
  /** Null when the caller knows the data. */
  data: string | null;
}

export async function findPriceList(
  tx: Pick<PublicTx, "statement">,
  digest: string | null,
): Promise<StoredList | undefined> {
  const text = "select digest, source, known_since, data from bailiwick_price_list($1)";
  const [row] = await tx.statement<StoredList>("obs.price-list", text, [digest]);
  return row;
}

/** A connection with the login role. */
interface OperatorConnection {
  query<Row>(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

const SAVE = `insert into price_lists (digest, source, known_since, data) values ($1, $2, bailiwick_now(), $3)
on conflict (is_only) do update set digest = excluded.digest, source = excluded.source, known_since = excluded.known_since,
  data = excluded.data`;

export async function savePriceList(
  connection: OperatorConnection,
  { digest, source, data }: { digest: string; source: string; data: string },
): Promise<void> {
  await connection.query(SAVE, [digest, source, data]);
}

export async function deletePriceList(connection: OperatorConnection): Promise<void> {
  await connection.query("delete from price_lists", []);
}
