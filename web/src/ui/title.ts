/** The title of the tab: the page, with the number of things that wait for the person. The icon gets a dot for them. */

import { visibleText } from "./visible-text.ts";

let page = "Bailiwick";
let waiting = 0;

export function setTitle(title: string): void {
  page = title;
  show();
}

export function setWaiting(count: number): void {
  waiting = count;
  show();
}

function show(): void {
  document.title = visibleText(waiting > 0 ? `(${waiting}) ${page}` : page);
  const icon = document.querySelector<HTMLLinkElement>("link[rel='icon']");
  const address = waiting > 0 ? "/icon-waiting.svg" : "/icon.svg";
  if (icon && icon.getAttribute("href") !== address) icon.setAttribute("href", address);
}
