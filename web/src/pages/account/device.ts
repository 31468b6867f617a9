/** The user agent of a browser, in words. Pure. */

/** The first match counts, because most browsers name several others too. */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdgA?(?:iOS)?\/\d/, "Edge"],
  [/\b(?:OPR|Opera|OPiOS)\/\d/, "Opera"],
  [/\bVivaldi\/\d/, "Vivaldi"],
  [/\bSamsungBrowser\/\d/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/\d/, "Firefox"],
  [/\bHeadlessChrome\/\d/, "Headless Chrome"],
  [/\b(?:Chrome|CriOS|Chromium)\/\d/, "Chrome"],
  [/\bVersion\/\d.*\bSafari\/\d/, "Safari"],
  [/^curl\/\d/, "curl"],
  [/^(?:node|undici)\b/i, "Node.js"],
];

const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPad\b/, "iPad"],
  [/\biPhone\b/, "iPhone"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "Mac"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

export function deviceText(userAgent: string): string {
  const browser = nameIn(userAgent, BROWSERS);
  const system = nameIn(userAgent, SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? (system ? `Unknown program on ${system}` : "Unknown device");
}

function nameIn(text: string, names: readonly [RegExp, string][]): string | undefined {
  return names.find(([sign]) => sign.test(text))?.[1];
}
