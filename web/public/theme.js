// Before the first paint, so that a theme that was chosen never flashes the other one.
function chosenTheme() {
  try {
    return localStorage.getItem("bailiwick.theme");
  } catch {
    // Without storage the theme is the system's.
    return null;
  }
}
const chosen = chosenTheme();
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
