// <ax-chart data-chart="{…}">: draws with ECharts, which is loaded only where there is a chart.
// A table with the same numbers stays beneath it for those who read rather than look.
import { Part, define, parseJson } from "../dom";
import type { ChartData } from "../charts/options";

class Chart extends Part {
  protected start(signal: AbortSignal): void {
    const data = parseJson<ChartData | null>(this.dataset.chart, null);
    if (data) void this.draw(data, signal);
  }

  private async draw(data: ChartData, signal: AbortSignal): Promise<void> {
    const { drawChart, fitChart } = await import("../charts/draw");
    if (signal.aborted) return;
    let chart = drawChart(this, data);
    const seen = new ResizeObserver(() => fitChart(chart, this, data));
    seen.observe(this);
    const redraw = () => {
      chart.dispose();
      chart = drawChart(this, data);
    };
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw, { signal });
    signal.addEventListener("abort", () => {
      seen.disconnect();
      chart.dispose();
    });
  }
}

define("ax-chart", Chart);
