// What every page has: a key for the search field, and a voice for screen readers.

const find = document.getElementById("find");

if (find) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      find.focus();
      find.select();
    }
  });
}
