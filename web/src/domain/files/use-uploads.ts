/** Uploads files one after another, so that one person does not use all places for uploads. */
import type { Attachment } from "@bailiwick/sdk";
import { useState } from "react";
import { notifyError, useCommand } from "../../data/command.ts";
import { visibleText } from "../../ui/visible-text.ts";

const FILE_BYTES_MAX = 25 * 1024 * 1024;

export interface Uploads {
  upload(files: readonly File[]): Promise<void>;
  /** The words while files are uploaded. */
  progress: string | undefined;
}

export function useUploads(taskId: string, onUploaded?: (attachment: Attachment) => void): Uploads {
  const [progress, setProgress] = useState<string>();
  const { run } = useCommand({
    send: (client, file: File) => client.attachments.upload(taskId, { name: file.name, body: file }),
    changes: ["attachments"],
  });
  async function upload(files: readonly File[]): Promise<void> {
    for (const [index, file] of files.entries()) {
      setProgress(`Uploading ${index + 1} of ${files.length}: ${visibleText(file.name)}`);
      if (file.size > FILE_BYTES_MAX) notifyError(new Error(`${visibleText(file.name)} is larger than 25 MiB.`));
      else {
        const made = await run(file);
        if (made) onUploaded?.(made);
      }
    }
    setProgress(undefined);
  }
  return { upload, progress };
}
