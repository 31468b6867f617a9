// Sets the chosen theme before the first paint, so that the other theme does not flash.
function chosenTheme() {
  try {
    return localStorage.getItem("bailiwick.theme");
  } catch {
    // Without storage the page uses the system's theme.
    return null;
  }
}
const chosen = chosenTheme();
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
