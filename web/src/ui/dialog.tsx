/** Dialogs in front of the page. Their code loads when the first one opens. */
import { lazy, Suspense } from "react";
import type { ConfirmProps, DialogProps } from "./dialog-popup.tsx";

const DialogPopup = lazy(() => import("./dialog-popup.tsx").then(({ DialogPopup }) => ({ default: DialogPopup })));
const ConfirmPopup = lazy(() => import("./dialog-popup.tsx").then(({ ConfirmPopup }) => ({ default: ConfirmPopup })));

export function Dialog(props: DialogProps) {
  return <Suspense>{props.isOpen && <DialogPopup {...props} />}</Suspense>;
}

/** A confirmation before a step that affects others. */
export function Confirm(props: ConfirmProps) {
  return <Suspense>{props.isOpen && <ConfirmPopup {...props} />}</Suspense>;
}
