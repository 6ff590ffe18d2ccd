/* Plots of reports: SVG, data by json_script. */
(() => {
  const COLOURS = ["#0958d9", "#237804", "#cf1322", "#874d00", "#722ed1"];
  const text = { color: "#3d4551", fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily };
  const SYMBOLS = ["circle", "rect", "triangle"];
  const base = (extra) => ({
    animation: false,
    color: COLOURS,
    tooltip: { renderMode: "richText", confine: true, trigger: "axis" },
    grid: { left: 48, right: 20, top: 40, bottom: 32 },
    legend: { top: 4, right: 8, textStyle: text },
    ...extra,
  });
  const axis = (labels) => ({ type: "category", data: labels, axisLabel: text, axisTick: { show: false } });
  const values = (more) => ({ type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: "#e3e6ea" } }, ...more });
  const KINDS = {
    lines: ({ labels, series }) => base({
      xAxis: axis(labels), yAxis: values(),
      series: series.map((one, nth) => ({ ...one, type: "line", symbol: SYMBOLS[nth % 3], symbolSize: 7 })),
    }),
    bars: ({ labels, data }) => base({
      legend: { show: false }, grid: { left: 96, right: 36, top: 12, bottom: 24 },
      yAxis: { ...axis(labels), inverse: true }, xAxis: values(),
      series: [{ type: "bar", data, barMaxWidth: 18, label: { show: true, position: "right", ...text } }],
    }),
    money: ({ labels, series }) => base({
      grid: { left: 72, right: 20, top: 40, bottom: 32 }, xAxis: axis(labels), yAxis: values(),
      series: series.map((one) => ({ ...one, type: "bar", barMaxWidth: 24 })),
    }),
    shares: ({ labels, series }) => base({
      xAxis: axis(labels), yAxis: values({ max: 100, axisLabel: { ...text, formatter: "{value}%" } }),
      series: series.map((one, nth) => ({ ...one, type: "line", symbol: SYMBOLS[nth % 3], symbolSize: 7 })),
    }),
    forecast: ({ labels, series }) => base({
      grid: { left: 72, right: 20, top: 40, bottom: 32 }, xAxis: axis(labels), yAxis: values(),
      series: series.map((one, nth) => ({ ...one, type: "line", symbol: SYMBOLS[nth % 3], symbolSize: 6, lineStyle: nth > 1 ? { type: "dashed" } : {} })),
    }),
    groups: ({ labels, series }) => base({
      xAxis: axis(labels), yAxis: values({ max: 100, axisLabel: { ...text, formatter: "{value}%" } }),
      series: series.map((one) => ({ ...one, type: "bar", barMaxWidth: 24 })),
    }),
  };
  for (const holder of document.querySelectorAll("[data-plot]")) {
    const data = JSON.parse(document.getElementById(holder.dataset.source).textContent);
    const chart = echarts.init(holder, null, { renderer: "svg" });
    chart.setOption(KINDS[holder.dataset.plot](data));
    window.addEventListener("resize", () => chart.resize());
  }
})();
