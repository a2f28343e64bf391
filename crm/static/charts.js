// Draws the charts of a report. What there is to draw comes as data from the server, which can
// draw the same picture; the numbers stand in the table below each chart.
"use strict";

(() => {
  const NARROW = 520;
  const NARROW_LABELS = 96;
  // As wide as a sheet of paper between its margins, whatever the screen is.
  const PAPER = 680;

  // On a phone the words beside the bars get less room, and what does not fit gets a new line.
  const fitted = (option, width) => {
    const axis = option.yAxis;
    if (width >= NARROW || !axis || axis.type !== "category") return option;
    return {
      ...option,
      grid: { ...option.grid, left: NARROW_LABELS + 8, right: 60 },
      yAxis: {
        ...axis,
        axisLabel: { ...axis.axisLabel, width: NARROW_LABELS, overflow: "break", fontSize: 11, lineHeight: 12 },
      },
    };
  };

  const draw = (frame) => {
    const option = JSON.parse(frame.dataset.chart);
    const links = frame.dataset.links ? JSON.parse(frame.dataset.links) : {};
    const spoken = frame.getAttribute("aria-label");
    frame.style.height = `${frame.dataset.height}px`;
    const chart = window.echarts.init(frame, null, { renderer: "svg" });
    let isPrinting = false;
    const show = (size) => {
      chart.resize(size);
      chart.setOption(fitted(option, size ? size.width : frame.clientWidth), { notMerge: true });
      frame.setAttribute("aria-label", spoken);
    };
    chart.on("click", (event) => {
      // A line as a whole has one link, and no place on it.
      const address = (links[event.seriesName] || [])[event.dataIndex ?? 0];
      if (address) window.location.assign(address);
    });
    show();
    let width = frame.clientWidth;
    new ResizeObserver(() => {
      if (isPrinting || frame.clientWidth === width) return;
      width = frame.clientWidth;
      show();
    }).observe(frame);
    const print = () => {
      isPrinting = true;
      show({ width: PAPER, height: Number(frame.dataset.height) });
      // The style sheet makes it as wide as its column; this keeps all of it in sight.
      frame.querySelector("svg").setAttribute("viewBox", `0 0 ${PAPER} ${frame.dataset.height}`);
    };
    const leavePrint = () => {
      isPrinting = false;
      frame.querySelector("svg").removeAttribute("viewBox");
      show({ width: "auto", height: "auto" });
    };
    window.addEventListener("beforeprint", print);
    window.addEventListener("afterprint", leavePrint);
  };

  // A day of one's own and the words for a day are one choice: who uses the one leaves the other.
  const joinDays = (part) => {
    const words = part.querySelector("select");
    const own = part.querySelector("input[type=date]");
    words.addEventListener("change", () => {
      if (words.value !== "day") own.value = "";
      else own.focus();
    });
    own.addEventListener("input", () => {
      if (own.value) words.value = "day";
    });
  };

  // On paper nothing can be opened: each table is printed, and closed again on the screen.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".report-fold:not([open])")];
    opened.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((part) => { part.open = false; });
  });

  const drawAll = () => {
    document.querySelectorAll("[data-chart]:not([_echarts_instance_])").forEach(draw);
  };
  drawAll();
  // The figures of a slow report come later.
  document.addEventListener("htmx:afterSettle", drawAll);
  document.querySelectorAll("[data-report-day]").forEach(joinDays);
})();
