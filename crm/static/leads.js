// What the pages of leads do beyond plain HTML. Everything works without it.
(function () {
  "use strict";

  // On a laptop the line to log a conversation has the cursor; on a phone the keyboard would
  // cover the page.
  const line = document.querySelector("[data-focus-on-wide]");
  if (line && !location.hash && !location.search && window.matchMedia("(min-width: 62rem)").matches) {
    line.focus({ preventScroll: true });
  }

  // A panel that opened in place is read from its heading, or from what has to change.
  document.addEventListener("htmx:load", function (event) {
    const panel = event.detail.elt;
    if (!panel.classList || !panel.classList.contains("panel")) {
      return;
    }
    const start = panel.querySelector("[aria-invalid='true']") || panel.querySelector("[data-focus]");
    if (start) {
      start.focus({ preventScroll: true });
    }
    panel.scrollIntoView({ block: "nearest" });
  });

  // What stands open on a wide screen only, in a part of the page that came in later.
  document.addEventListener("htmx:load", function (event) {
    if (!window.matchMedia("(min-width: 62rem)").matches && event.detail.elt.querySelectorAll) {
      for (const fold of event.detail.elt.querySelectorAll("[data-open-on-wide]")) {
        fold.open = false;
      }
    }
  });

  // A menu closes when something in it is chosen, on Escape, and when another place is used.
  document.addEventListener("click", function (event) {
    for (const menu of document.querySelectorAll("details.menu[open], details.filter-menu[open]")) {
      const isInside = menu.contains(event.target);
      if (!isInside || (menu.matches(".menu") && event.target.closest(".menu-item"))) {
        menu.open = false;
      }
    }
  });
  document.addEventListener("keydown", function (event) {
    const menu = event.key === "Escape" && event.target.closest("details.menu, details.filter-menu");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // An e-mail dropped on the box becomes a conversation, through the form that takes its file.
  for (const box of document.querySelectorAll("[data-drop-email]")) {
    const hint = box.querySelector(".drop-hint");
    const show = function (isOver) {
      box.classList.toggle("is-dropping", isOver);
      hint.hidden = !isOver;
    };
    box.addEventListener("dragover", function (event) {
      if (event.dataTransfer.types.includes("Files")) {
        event.preventDefault();
        show(true);
      }
    });
    box.addEventListener("dragleave", function (event) {
      if (!box.contains(event.relatedTarget)) {
        show(false);
      }
    });
    box.addEventListener("drop", function (event) {
      if (!event.dataTransfer.files.length) {
        return;
      }
      event.preventDefault();
      show(false);
      send(box, event.dataTransfer.files);
    });
  }

  function send(box, files) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = box.dataset.dropEmail;
    form.enctype = "multipart/form-data";
    form.hidden = true;
    const own = box.querySelector("form");
    for (const name of ["csrf_token", "next"]) {
      form.append(own.querySelector("[name=" + name + "]").cloneNode());
    }
    const input = document.createElement("input");
    input.type = "file";
    input.name = "file";
    input.files = files;
    form.append(input);
    document.body.append(form);
    form.submit();
  }
})();
