/** Streams the bytes of files into the database and out of it. No transaction is open while a caller sends or reads. */
import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type { Db } from "../kernel/db/db.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { StorageMeter } from "../kernel/dispatch/stored-bytes.ts";
import { Problem } from "../kernel/problem.ts";
import { ATTACHMENT_BYTES_MAX } from "./schema.ts";
import {
  addChunk,
  beginContent,
  deleteContent,
  deleteUntouched,
  findChunk,
  type Sealed,
  sealContent,
} from "./store/contents.ts";

/** The size of a stored row. */
const CHUNK_BYTES = 256 * 1024;
/** The bytes that one transaction stores, and that an upload holds in memory. */
const FLUSH_BYTES = 4 * CHUNK_BYTES;
/** Enough to recognise a picture. */
const HEAD_BYTES = 16;

/** The bytes of an upload that has ended. They stay for an hour, in which an attachment can be added. */
export interface Uploaded extends Sealed {
  /** The first bytes. */
  head: Buffer;
  /** Deletes the bytes and gives their count back, unless an attachment or another upload has them. */
  discard(): Promise<void>;
}

/** Stores bytes as rows. Every row but the last of a content has the full size. */
export async function addChunks(tx: Tx, contentId: string, bytes: Buffer, firstPlace = 0): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, index) =>
    addChunk(tx, contentId, firstPlace + index, bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)),
  );
  await Promise.all(chunks);
}

export interface Contents {
  /** Stores the bytes of a body. Throws `too_large` when they are too many, and stores nothing when the body fails. */
  write(workspace: string, body: AsyncIterable<Buffer>): Promise<Uploaded>;
  /** Reads the bytes in order. Throws when they are deleted in between. */
  read(workspace: string, contentId: string, bytes: number): AsyncGenerator<Buffer>;
}

export function createContents({ db, storage }: { db: Db; storage: StorageMeter }): Contents {
  return {
    async write(workspace, body) {
      const upload = new Upload(db, storage, workspace);
      try {
        for await (const piece of body) await upload.add(piece);
        return await upload.end();
      } catch (error) {
        await upload.discard();
        throw error;
      }
    },
    async *read(workspace, contentId, bytes) {
      const places = Math.ceil(bytes / CHUNK_BYTES);
      for (let place = 0; place < places; place++) {
        const chunk = await db.read(workspace, (tx) => findChunk(tx, contentId, place));
        if (!chunk) throw new Problem("not_found", "The file was removed.");
        yield chunk;
      }
    },
  };
}

/** One upload: it stores what has arrived in short transactions, and hashes it. */
class Upload {
  readonly #id = uuidv7();
  readonly #hash = createHash("sha256");
  readonly #db: Db;
  readonly #storage: StorageMeter;
  readonly #workspace: string;
  readonly #held = Buffer.allocUnsafe(FLUSH_BYTES);
  #head = Buffer.alloc(0);
  #heldBytes = 0;
  #bytes = 0;
  #countedBytes = 0;
  #places = 0;
  #isBegun = false;

  constructor(db: Db, storage: StorageMeter, workspace: string) {
    this.#db = db;
    this.#storage = storage;
    this.#workspace = workspace;
  }

  async add(piece: Buffer): Promise<void> {
    this.#bytes += piece.length;
    if (this.#bytes > ATTACHMENT_BYTES_MAX) throw fileTooLarge();
    this.#hash.update(piece);
    if (this.#head.length < HEAD_BYTES) this.#head = Buffer.concat([this.#head, piece]).subarray(0, HEAD_BYTES);
    for (let from = 0; from < piece.length; ) {
      const copied = piece.copy(this.#held, this.#heldBytes, from);
      from += copied;
      this.#heldBytes += copied;
      if (this.#heldBytes === FLUSH_BYTES) await this.#flush();
    }
  }

  async end(): Promise<Uploaded> {
    await this.#flush();
    const sealed = { sha256: this.#hash.digest("hex"), bytes: this.#bytes };
    const sealedAt = await this.#db.transaction(this.#workspace, (tx) => sealContent(tx, this.#id, sealed));
    if (sealedAt === undefined) this.#giveBack();
    return {
      ...sealed,
      head: this.#head,
      discard: async () => void (sealedAt && (await this.#discardSealed(sealedAt))),
    };
  }

  /** Deletes what was stored. What cannot be deleted now is deleted as an upload that did not end. */
  async discard(): Promise<void> {
    this.#giveBack();
    if (!this.#isBegun) return;
    await this.#db.transaction(this.#workspace, (tx) => deleteContent(tx, this.#id)).catch(() => undefined);
  }

  /** An attachment that refers to the bytes makes the deletion fail. */
  async #discardSealed(at: string): Promise<void> {
    const isGone = await this.#db
      .transaction(this.#workspace, (tx) => deleteUntouched(tx, this.#id, at))
      .catch(() => false);
    if (isGone) this.#giveBack();
  }

  async #flush(): Promise<void> {
    const now = this.#held.subarray(0, this.#heldBytes);
    this.#heldBytes = 0;
    await this.#storage.take(this.#workspace, now.length);
    this.#countedBytes += now.length;
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    await this.#db.transaction(this.#workspace, async (tx) => {
      if (isFirst) await beginContent(tx, this.#id);
      await addChunks(tx, this.#id, now, this.#places);
    });
    this.#places += Math.ceil(now.length / CHUNK_BYTES);
  }

  #giveBack(): void {
    if (this.#countedBytes > 0) this.#storage.giveBack(this.#workspace, this.#countedBytes);
    this.#countedBytes = 0;
  }
}

function fileTooLarge(): Problem {
  return new Problem("too_large", `A file may have at most ${ATTACHMENT_BYTES_MAX} bytes.`, {
    bytes_max: ATTACHMENT_BYTES_MAX,
    next_step: "Compress the file or split it.",
  });
}
