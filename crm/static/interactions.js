// Files dropped on a form marked so are its files, and the form is sent.
(function () {
  "use strict";

  function formAt(event) {
    const types = event.dataTransfer ? Array.from(event.dataTransfer.types) : [];
    return types.includes("Files") ? event.target.closest("[data-drop]") : null;
  }

  document.addEventListener("dragover", function (event) {
    const form = formAt(event);
    if (form) {
      event.preventDefault();
      form.classList.add("is-over");
    }
  });

  document.addEventListener("dragleave", function (event) {
    const form = event.target.closest && event.target.closest("[data-drop]");
    if (form && !form.contains(event.relatedTarget)) {
      form.classList.remove("is-over");
    }
  });

  document.addEventListener("drop", function (event) {
    const form = formAt(event);
    if (!form) {
      return;
    }
    event.preventDefault();
    form.classList.remove("is-over");
    const input = form.querySelector("input[type='file']");
    if (!input || !event.dataTransfer.files.length) {
      return;
    }
    const chosen = new DataTransfer();
    for (const file of event.dataTransfer.files) {
      chosen.items.add(file);
      if (!input.multiple) {
        break;
      }
    }
    input.files = chosen.files;
    form.requestSubmit();
  });
})();
