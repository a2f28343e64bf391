// Copies a letter, where the browser lets a page write to the clipboard.
(function () {
  "use strict";

  if (!window.navigator.clipboard) {
    return;
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async function () {
      const field = document.getElementById(button.dataset.copy);
      const words = button.querySelector("span");
      const before = words.textContent;
      await window.navigator.clipboard.writeText(field.value);
      words.textContent = button.dataset.copied;
      window.setTimeout(function () { words.textContent = before; }, 2000);
    });
  }
})();
