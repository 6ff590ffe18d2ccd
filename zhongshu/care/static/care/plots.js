/* Plots of the score: SVG, data by json_script. */
(() => {
  const COLOURS = { excellent: "#389e0d", good: "#1677ff", fair: "#d4b106", poor: "#fa8c16", priority: "#cf1322", new: "#8c99a8", gone: "#8c99a8" };
  const text = { color: "#3d4551", fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily };
  const tooltip = { renderMode: "richText", confine: true };
  const values = (more) => ({ type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: "#e3e6ea" } }, ...more });
  const axis = (labels) => ({ type: "category", data: labels, axisLabel: text, axisTick: { show: false } });
  const KINDS = {
    flow: ({ nodes, links }) => ({
      animation: false, tooltip: { ...tooltip, trigger: "item" },
      series: [{
        type: "sankey", left: 8, right: 72, top: 28, bottom: 12, nodeWidth: 14, nodeGap: 10, layoutIterations: 0, draggable: false,
        data: nodes.map((one) => ({ name: one.name, depth: one.depth, itemStyle: { color: COLOURS[one.band] }, label: { ...text, formatter: one.label } })),
        links, lineStyle: { color: "source", opacity: 0.35 }, emphasis: { focus: "adjacency" },
      }],
    }),
    stack: ({ labels, series }) => ({
      animation: false, tooltip: { ...tooltip, trigger: "axis" }, legend: { top: 4, right: 8, textStyle: text },
      grid: { left: 48, right: 20, top: 40, bottom: 32 }, xAxis: axis(labels), yAxis: values(),
      series: series.map((one) => ({ name: one.name, data: one.data, type: "bar", stack: "bands", barMaxWidth: 36, itemStyle: { color: COLOURS[one.band], borderColor: "#fff", borderWidth: 1 } })),
    }),
    course: ({ labels, scores }) => ({
      animation: false, color: ["#0958d9"], tooltip: { ...tooltip, trigger: "axis" },
      grid: { left: 48, right: 20, top: 20, bottom: 32 }, xAxis: axis(labels), yAxis: values({ min: 0, max: 100 }),
      series: [{ type: "line", step: "end", data: scores, symbolSize: 7 }],
    }),
    beside: ({ labels, series }) => ({
      animation: false, color: ["#0958d9", "#874d00"], tooltip: { ...tooltip, trigger: "axis" }, legend: { type: "scroll", top: 4, right: 8, textStyle: text },
      grid: { left: 48, right: 20, top: 48, bottom: 32 }, xAxis: axis(labels), yAxis: values(),
      series: series.map((one) => ({ ...one, type: "bar", barMaxWidth: 24, itemStyle: one.band ? { color: COLOURS[one.band], borderColor: "#fff", borderWidth: 1 } : {} })),
    }),
  };
  for (const holder of document.querySelectorAll("[data-plot]")) {
    const data = JSON.parse(document.getElementById(holder.dataset.source).textContent);
    const chart = echarts.init(holder, null, { renderer: "svg" });
    chart.setOption(KINDS[holder.dataset.plot](data));
    window.addEventListener("resize", () => chart.resize());
  }
})();
