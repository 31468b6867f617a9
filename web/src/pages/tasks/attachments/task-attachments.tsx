/** The files of a task: a place to drop them, their list, a preview of pictures, and their removal. */
import type { Attachment } from "@bailiwick/sdk";
import { type DragEvent, useState } from "react";
import { useList } from "../../../data/list.ts";
import { useDenied } from "../../../data/session.tsx";
import { AttachButton } from "../../../domain/files/attach-button.tsx";
import { useUploads } from "../../../domain/files/use-uploads.ts";
import { cx } from "../../../ui/class-names.ts";
import { ShortList } from "../../../ui/short-list.tsx";
import { AttachmentLine } from "./attachment-line.tsx";

export function TaskAttachments({ taskId }: { taskId: string }) {
  const list = useList<Attachment>({
    key: ["attachments", "list", { id: taskId }],
    page: (client, at, call) => client.attachments.list({ id: taskId, ...at }, call),
    idOf: ({ id }) => id,
  });
  return (
    <>
      <ShortList label="Attachments" list={list} idOf={({ id }) => id}>
        {(attachment) => <AttachmentLine attachment={attachment} />}
      </ShortList>
      {!list.isLoading && !list.error && <DropPlace taskId={taskId} />}
    </>
  );
}

function DropPlace({ taskId }: { taskId: string }) {
  const denied = useDenied("tasks:write");
  const [isOver, setOver] = useState(false);
  const uploads = useUploads(taskId);
  const { upload, progress } = uploads;
  const isOff = denied !== undefined || progress !== undefined;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!isOff) void upload([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard.
    <div
      className={cx(
        "mt-2 flex flex-wrap items-center gap-2 rounded border border-dashed p-2 print:hidden",
        isOver ? "border-accent bg-hover" : "border-line",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!isOff);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <AttachButton uploads={uploads} denied={denied} text="Attach files" label="Files to attach" />
      <span role="status" className="text-sm text-ink-3">
        {progress ?? "or drop them here, up to 25 MiB each"}
      </span>
    </div>
  );
}
