/** Shows each notice for a few seconds, and errors until the person closes them. */
import { Toast } from "@base-ui/react/toast";
import { CircleX, X } from "lucide-react";
import { useEffect } from "react";
import { type Notice, onNotice } from "../data/notices.ts";
import { Button } from "./button.tsx";
import { visibleText } from "./visible-text.ts";

const SHOWN_MS = 6_000;

export function Notices() {
  return (
    <Toast.Provider timeout={SHOWN_MS} limit={4}>
      <Listener />
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2 max-sm:bottom-20">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Listener() {
  const { add, close } = Toast.useToastManager();
  useEffect(
    () =>
      onNotice((notice) => {
        const id: string = add({
          // The library shows these two itself.
          title: visibleText(notice.title),
          description: notice.detail && visibleText(notice.detail),
          data: { notice, close: () => close(id) },
          priority: notice.isError ? "high" : "low",
          ...(notice.isError && { timeout: 0 }),
        });
      }),
    [add, close],
  );
  return null;
}

interface NoticeData {
  notice: Notice;
  close: () => void;
}

function List() {
  const { toasts } = Toast.useToastManager<NoticeData>();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      data-notice
      swipeDirection={["right", "down"]}
      className="rounded-lg border border-line bg-raised p-3 shadow-pop transition-opacity data-[ending-style]:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2">
        {toast.data?.notice.isError && <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-failed" />}
        <div className="min-w-0 grow">
          <Toast.Title className="font-medium break-words" />
          <Toast.Description className="mt-0.5 text-sm break-words text-ink-2" />
          {toast.data?.notice.requestId && (
            <p className="mt-1 font-mono text-xs break-all text-ink-3">Request {toast.data.notice.requestId}</p>
          )}
        </div>
        {toast.data?.notice.undo && <Undo {...toast.data} />}
        <Toast.Close aria-label="Close" className="rounded-sm p-0.5 text-ink-3 hover:text-ink">
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

function Undo({ notice, close }: NoticeData) {
  return (
    <Button
      size="small"
      onClick={() => {
        close();
        void notice.undo?.();
      }}
    >
      {notice.undoLabel ?? "Undo"}
    </Button>
  );
}
