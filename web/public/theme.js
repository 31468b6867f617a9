// Sets the chosen theme and width before the first paint, so that no other flashes.
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
