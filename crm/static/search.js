// The search box of the frame. Without this it is a plain form.
(function () {
  "use strict";

  const box = document.getElementById("search-box");
  const found = document.getElementById("search-found");
  if (!box || !found) {
    return;
  }

  function links() {
    return Array.from(found.querySelectorAll("a"));
  }

  function close() {
    found.replaceChildren();
  }

  // "/" goes to the box, unless somebody is writing.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const at = event.target;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) {
      return;
    }
    event.preventDefault();
    box.focus();
    box.select();
  });

  // Up and down walk through what was found; Escape puts it away.
  box.form.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      if (found.childElementCount) {
        event.preventDefault();
      }
      close();
      box.focus();
      return;
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.isComposing) {
      return;
    }
    const all = links();
    const here = all.indexOf(document.activeElement);
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    if (!all.length || (here < 0 && event.key === "ArrowUp")) {
      return;
    }
    event.preventDefault();
    (next < 0 ? box : all[Math.min(next, all.length - 1)]).focus();
  });

  found.addEventListener("htmx:beforeSwap", function (event) {
    // What comes back for a box that was emptied meanwhile is old.
    event.detail.shouldSwap = box.value.trim() !== "";
  });
  box.addEventListener("input", function () {
    if (!box.value.trim()) {
      close();
    }
  });

  document.addEventListener("click", function (event) {
    if (!box.form.contains(event.target)) {
      close();
    }
  });
  box.form.addEventListener("focusout", function (event) {
    if (event.relatedTarget && !box.form.contains(event.relatedTarget)) {
      close();
    }
  });
})();
