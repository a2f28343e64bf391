// Draws the charts of a report. What there is to draw comes as data from the server, which can
// draw the same picture; the numbers stand in the table below each chart.
"use strict";

(() => {
  const NARROW = 520;
  const NARROW_LABELS = 96;

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
    const show = () => {
      chart.resize();
      chart.setOption(fitted(option, frame.clientWidth), { notMerge: true });
      frame.setAttribute("aria-label", spoken);
    };
    chart.on("click", (event) => {
      const address = (links[event.seriesName] || [])[event.dataIndex];
      if (address) window.location.assign(address);
    });
    show();
    let width = frame.clientWidth;
    new ResizeObserver(() => {
      if (frame.clientWidth === width) return;
      width = frame.clientWidth;
      show();
    }).observe(frame);
    window.addEventListener("beforeprint", show);
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

  document.querySelectorAll("[data-chart]").forEach(draw);
  document.querySelectorAll("[data-report-day]").forEach(joinDays);
})();
