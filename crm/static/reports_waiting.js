// A report that takes its time: htmx brings the figures; this says when they came, or why not.
"use strict";

(() => {
  const said = document.getElementById("report-reading");
  const box = document.getElementById("report-figures");
  const bar = box.querySelector("progress");
  const failure = box.querySelector("[role=alert]");
  const plain = box.querySelector("[data-plain]");
  const reading = said.textContent;

  const fail = (why) => {
    box.setAttribute("aria-busy", "false");
    bar.hidden = true;
    said.textContent = "";
    failure.querySelectorAll("[data-why]").forEach((line) => {
      line.hidden = line.dataset.why !== why;
    });
    failure.hidden = false;
    // Who was signed out gets to the sign-in page by the link.
    plain.hidden = why !== "other";
  };

  box.addEventListener("htmx:beforeRequest", () => {
    box.setAttribute("aria-busy", "true");
    bar.hidden = false;
    failure.hidden = true;
    plain.hidden = true;
    // Put in anew, so that it is read out.
    said.textContent = reading;
  });
  box.addEventListener("htmx:sendError", () => fail("unreachable"));
  box.addEventListener("htmx:responseError", () => fail("error"));
  box.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.isError) return;
    if (!event.detail.serverResponse.includes('id="report-figures"')) {
      event.detail.shouldSwap = false;
      fail("other");
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    const found = document.getElementById("report-figures");
    if (!found || found === box) return;
    said.classList.add("visually-hidden");
    said.textContent = said.dataset.done;
  });
  failure.querySelector("button").addEventListener("click", () => {
    // Not left on a button that goes away; htmx gives it to what comes in the place of the box.
    box.focus();
    window.htmx.trigger(box, "again");
  });
})();
