import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { type ChartData, optionsOf } from "./options";

use([BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export function drawChart(place: HTMLElement, data: ChartData): EChartsType {
  const chart = init(place, null, { renderer: "canvas" });
  chart.setOption(optionsOf(data, getComputedStyle(document.documentElement), place.clientWidth));
  return chart;
}
