// The questionnaire beyond plain HTML: an answer that could not be kept says so, and a sheet prints.
(function () {
  "use strict";

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  }

  const unkept = new Set();

  function unsaved(event) {
    const part = event.target.closest && event.target.closest("[data-part]");
    const page = part && part.closest("[data-unsaved]");
    const state = part && part.querySelector(".part-state");
    if (!page || !state) {
      return;
    }
    unkept.add(part.id);
    state.classList.add("is-wrong");
    const seen = state.querySelector("input");
    state.textContent = page.dataset.unsaved;
    if (seen) {
      state.prepend(seen);
    }
  }
  document.addEventListener("htmx:sendError", unsaved);
  document.addEventListener("htmx:responseError", unsaved);
  document.addEventListener("htmx:afterRequest", function (event) {
    const part = event.target.closest && event.target.closest("[data-part]");
    if (part && event.detail.successful) {
      unkept.delete(part.id);
    }
  });
  document.addEventListener("submit", function () {
    unkept.clear();
  });

  // Leaving with answers that are not kept asks first.
  window.addEventListener("beforeunload", function (event) {
    if (unkept.size) {
      event.preventDefault();
    }
  });

  // "None of these" and the others exclude each other.
  document.addEventListener("change", function (event) {
    const box = event.target;
    const group = box.type === "checkbox" && box.closest(".part-choices");
    if (!group || !box.checked) {
      return;
    }
    for (const other of group.querySelectorAll("input[type='checkbox']")) {
      if (other !== box && (box.value === "none" || other.value === "none")) {
        other.checked = false;
      }
    }
  }, true);
})();
