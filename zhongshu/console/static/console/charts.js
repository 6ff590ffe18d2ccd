/* Charts of the home page: SVG, data by json_script. */
(() => {
  const COLOURS = ["#0958d9", "#237804", "#d48806", "#cf1322", "#722ed1", "#5c6470"];
  const text = { color: "#3d4551", fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily };
  const tooltip = { renderMode: "richText", confine: true };

  const trend = (data, { opened, closed }) => ({
    color: ["#0958d9", "#237804"],
    tooltip: { ...tooltip, trigger: "axis" },
    legend: { top: 0, right: 8, data: [opened, closed], textStyle: text },
    grid: { left: 40, right: 20, top: 36, bottom: 28 },
    xAxis: { type: "category", boundaryGap: false, data: data.days, axisLabel: text, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: "#e3e6ea" } } },
    series: [
      { name: opened, type: "line", smooth: true, smoothMonotone: "x", symbolSize: 7, data: data.opened, areaStyle: { opacity: 0.08 } },
      { name: closed, type: "line", smooth: true, smoothMonotone: "x", symbolSize: 7, data: data.closed, areaStyle: { opacity: 0.08 } },
    ],
  });

  const share = (data) => ({
    color: COLOURS,
    tooltip: { ...tooltip, trigger: "item" },
    legend: { top: "middle", right: 8, orient: "vertical", textStyle: text, itemHeight: 10, itemWidth: 14 },
    series: [{ type: "pie", radius: ["48%", "72%"], center: ["36%", "50%"], label: { show: false }, data }],
  });

  const KINDS = { trend, share };
  for (const holder of document.querySelectorAll("[data-chart]")) {
    const data = JSON.parse(document.getElementById(holder.dataset.source).textContent);
    const chart = echarts.init(holder, null, { renderer: "svg" });
    chart.setOption({ animation: false, ...KINDS[holder.dataset.chart](data, holder.dataset) });
    window.addEventListener("resize", () => chart.resize());
  }
})();
