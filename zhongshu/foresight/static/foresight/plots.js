/* The reliability plot: SVG, data by json_script. On the diagonal, what was foreseen is what happened. */
(() => {
  const holder = document.querySelector("[data-plot=reliability]");
  if (!holder) return;
  const { points, x, y, name } = JSON.parse(document.getElementById(holder.dataset.source).textContent);
  const text = { color: "#3d4551", fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily };
  const most = Math.min(100, Math.ceil(Math.max(10, ...points.map((one) => Math.max(one[0], one[1]))) / 10) * 10);
  const axis = (label, gap) => ({ type: "value", min: 0, max: most, name: label, nameLocation: "middle", nameGap: gap, nameTextStyle: text, axisLabel: text, splitLine: { lineStyle: { color: "#e3e6ea" } } });
  const chart = echarts.init(holder, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    tooltip: { renderMode: "richText", confine: true, trigger: "item" },
    grid: { left: 56, right: 20, top: 16, bottom: 48 },
    xAxis: axis(x, 28),
    yAxis: axis(y, 36),
    series: [
      { type: "line", data: [[0, 0], [most, most]], symbol: "none", silent: true, lineStyle: { color: "#8c99a8", type: "dashed", width: 1 } },
      { name, type: "line", data: points, color: "#0958d9", symbol: "circle", symbolSize: (one) => 6 + Math.min(Math.sqrt(one[2]) / 4, 16), lineStyle: { width: 1.5 } },
    ],
  });
  window.addEventListener("resize", () => chart.resize());
})();
