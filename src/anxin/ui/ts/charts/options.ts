// Turns the plain data that a page carries into ECharts options in the page's own colours.
const NAMED_MAX = 8; // bars that all keep their names, broken over lines

export type Series = { name: string; values: number[]; faint?: boolean };
export type ChartData = {
  kind: "line" | "bar" | "stacked" | "pie";
  labels: string[];
  series: Series[];
  unit: "money" | "count" | "percent";
  title: string;
  locale: string;
};

type Colours = { text: string; muted: string; line: string; paper: string; palette: string[] };

function coloursOf(style: CSSStyleDeclaration): Colours {
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read("--color-base-content"),
    muted: read("--ax-muted"),
    line: read("--ax-line"),
    paper: read("--color-base-100"),
    palette: ["--color-primary", "--color-secondary", "--color-accent", "--color-info", "--color-success", "--color-warning"].map(read),
  };
}

/** Money arrives in fen. */
export function formatter(data: ChartData): (value: number) => string {
  if (data.unit === "money") {
    const yuan = new Intl.NumberFormat(data.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    return (value) => `¥${yuan.format(value / 100)}`;
  }
  const plain = new Intl.NumberFormat(data.locale, { maximumFractionDigits: 1 });
  return (value) => (data.unit === "percent" ? `${plain.format(value)}%` : plain.format(value));
}

function shortFormatter(data: ChartData): (value: number) => string {
  const short = new Intl.NumberFormat(data.locale, { notation: "compact", maximumFractionDigits: 1 });
  if (data.unit === "money") return (value) => `¥${short.format(value / 100)}`;
  return (value) => (data.unit === "percent" ? `${value}%` : short.format(value));
}

export function optionsOf(data: ChartData, style: CSSStyleDeclaration, width: number): Record<string, unknown> {
  const colours = coloursOf(style);
  const shared = {
    color: colours.palette,
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500,
    textStyle: { fontFamily: style.fontFamily, color: colours.text },
    aria: { enabled: true, label: { description: data.title } },
    legend: {
      show: data.series.length > 1 || data.kind === "pie",
      type: "scroll", // one line, also on a phone
      top: 0,
      right: 0,
      pageTextStyle: { color: colours.muted },
      pageIconColor: colours.muted,
      icon: "roundRect",
      itemWidth: 12,
      itemHeight: 8,
      textStyle: { color: colours.muted },
    },
    tooltip: {
      trigger: data.kind === "pie" ? "item" : "axis",
      renderMode: "richText", // the HTML mode needs inline styles, which the content security policy forbids
      backgroundColor: colours.paper,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 13 },
      valueFormatter: formatter(data),
    },
  };
  return data.kind === "pie" ? { ...shared, ...pie(data, colours) } : { ...shared, ...axes(data, colours, width) };
}

function pie(data: ChartData, colours: Colours): Record<string, unknown> {
  const values = data.series[0]?.values ?? [];
  return {
    series: [
      {
        type: "pie",
        radius: ["52%", "78%"],
        center: ["50%", "56%"],
        label: { show: false },
        itemStyle: { borderColor: colours.paper, borderWidth: 3, borderRadius: 6 },
        data: data.labels.map((name, index) => ({ name, value: values[index] ?? 0 })),
      },
    ],
  };
}

function axes(data: ChartData, colours: Colours, width: number): Record<string, unknown> {
  const isLine = data.kind === "line";
  const names = isLine || data.labels.length > NAMED_MAX ? { hideOverlap: true }
    : { interval: 0, overflow: "break", width: Math.max(36, (width - 64) / data.labels.length - 6), fontSize: 11 };
  return {
    grid: { left: 4, right: 12, top: data.series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    xAxis: {
      type: "category",
      data: data.labels,
      boundaryGap: !isLine,
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { color: colours.muted, ...names },
    },
    yAxis: {
      type: "value",
      minInterval: { count: 1, money: 100, percent: undefined }[data.unit],
      splitLine: { lineStyle: { color: colours.line, type: "dashed" } },
      axisLabel: { color: colours.muted, formatter: shortFormatter(data) },
    },
    series: data.series.map((series, index) => ({
      name: series.name,
      data: series.values,
      type: isLine ? "line" : "bar",
      stack: data.kind === "stacked" ? "all" : undefined,
      smooth: 0.3,
      smoothMonotone: "x", // no curve below nothing
      showSymbol: data.labels.length <= 1,
      lineStyle: series.faint ? { width: 1.25, type: "dashed" } : { width: 2.5 },
      areaStyle: isLine && index === 0 ? { opacity: 0.12 } : undefined,
      barMaxWidth: 28,
      itemStyle: isLine ? undefined : { borderRadius: data.kind === "stacked" ? 0 : [6, 6, 0, 0] },
    })),
  };
}
