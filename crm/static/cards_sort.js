// The sheet of a day with the keyboard: a digit says what becomes of the line that has the focus.
(function () {
  "use strict";

  function lines() {
    return [...document.querySelectorAll("[data-line]")];
  }

  document.addEventListener("keydown", function (event) {
    const line = event.target.closest && event.target.closest("[data-line]");
    if (!line || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.target.closest("input, select, textarea")) {
      return;
    }
    const button = line.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (button) {
      event.preventDefault();
      button.click();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = lines();
      const next = all[all.indexOf(line) + step];
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }
  });

  // A line that is saved hands the focus to the next one that waits; one that is not keeps it.
  document.addEventListener("htmx:afterSwap", function (event) {
    const sent = event.detail.requestConfig && event.detail.requestConfig.target;
    const line = sent && document.getElementById(sent.id);
    if (!line || !line.matches("[data-line]")) {
      return;
    }
    const all = lines();
    const waiting = all.slice(all.indexOf(line) + 1).find((one) => !one.hasAttribute("data-sorted"));
    (line.hasAttribute("data-sorted") && waiting ? waiting : line).focus();
  });

  const first = lines().find((one) => !one.hasAttribute("data-sorted"));
  if (first && document.activeElement === document.body && !window.location.hash) {
    first.focus({ preventScroll: true });
  }
})();
