// A note that is still being typed is sent when its page goes away: the phone is locked, or put by.
(function () {
  "use strict";

  const form = document.querySelector("form[data-note]");
  if (!form || !navigator.sendBeacon) {
    return;
  }
  const box = form.elements.text;
  let kept = box.value;

  form.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) {
      kept = event.detail.requestConfig.parameters.text;
    }
  });

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && box.value !== kept) {
      const data = new FormData(form);
      // Its answer is not read: neither this save nor the next one may take the other for a conflict.
      data.delete("seen");
      if (navigator.sendBeacon(form.action, data)) {
        kept = box.value;
        form.elements.seen.disabled = true;
      }
    }
  });
})();
