// Sets the chosen theme and width before the first paint, so that no other flashes, and starts the app after it.
function chosen(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    // Without storage the page uses the system's theme.
    return null;
  }
}
const { dataset } = document.documentElement;
const theme = chosen("bailiwick.theme");
if (theme === "light" || theme === "dark") dataset.theme = theme;
if (chosen("bailiwick.sidebar") === "narrow") dataset.sidebar = "narrow";

// The app takes long to start, and the frame in the page would be painted only after that.
function start() {
  const entry = document.getElementById("entry");
  // The development server has its own element.
  if (!(entry instanceof HTMLLinkElement)) return;
  entry.removeAttribute("id");
  const script = document.createElement("script");
  script.type = "module";
  script.crossOrigin = "";
  script.src = entry.href;
  document.head.append(script);
}
addEventListener("DOMContentLoaded", () => {
  // A hidden page is not painted, and a covered one late.
  if (document.hidden) return start();
  requestAnimationFrame(() => setTimeout(start));
  setTimeout(start, 500);
});
