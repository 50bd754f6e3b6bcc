import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { type ChartData, optionsOf } from "./options";

use([BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export function drawChart(place: HTMLElement, data: ChartData): EChartsType {
  const chart = init(place, null, { renderer: "canvas" });
  setOptions(chart, place, data);
  return chart;
}

/** Fit a chart to its place, names of bars too: how they break depends on the width. */
export function fitChart(chart: EChartsType, place: HTMLElement, data: ChartData): void {
  chart.resize();
  setOptions(chart, place, data);
}

function setOptions(chart: EChartsType, place: HTMLElement, data: ChartData): void {
  chart.setOption(optionsOf(data, getComputedStyle(document.documentElement), place.clientWidth));
}
