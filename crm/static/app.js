// What the pages do beyond plain HTML. Everything works without it.
(function () {
  "use strict";

  // On a wide screen the menu stands open; on a phone it opens on demand.
  const wide = window.matchMedia("(min-width: 62rem)");
  function fitMenu() {
    for (const menu of document.querySelectorAll("[data-open-on-wide]")) {
      menu.open = wide.matches;
    }
  }
  wide.addEventListener("change", fitMenu);
  fitMenu();

  // Forms that apply themselves: a select or check box marked so sends its form when it changes.
  document.addEventListener("change", function (event) {
    const field = event.target.closest("[data-submit-on-change]");
    if (field && field.form) {
      field.form.requestSubmit();
    }
  });

  // A box that ticks every box of its form's list.
  document.addEventListener("change", function (event) {
    const all = event.target.closest("[data-tick-all]");
    if (!all) {
      return;
    }
    for (const box of document.querySelectorAll(all.dataset.tickAll)) {
      box.checked = all.checked;
    }
  });

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "yes";
      window.setTimeout(function () {
        delete form.dataset.sent;
      }, 4000);
    }
  });

  // Whoever signs out takes along the page for cards that the phone keeps; what waits there stays.
  document.addEventListener("submit", function (event) {
    const action = event.target.getAttribute("action") || "";
    if (window.caches && action.endsWith("/auth/sign-out")) {
      window.caches.delete("cards-shell");
    }
  });

  // After a fragment came in, the first field in error takes the focus.
  document.addEventListener("htmx:afterSwap", function (event) {
    const wrong = event.target.querySelector("[aria-invalid='true'], [autofocus]");
    if (wrong) {
      wrong.focus();
    }
  });
})();
