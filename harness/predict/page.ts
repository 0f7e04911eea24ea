import { html, trusted, type Markup } from '../../reports/html/markup.ts';
import { style } from '../../reports/html/style.ts';
import { count, duration } from '../../reports/words.ts';
import type { Prediction } from './prediction.ts';
import { facts, sentence } from './words.ts';

const WIDTH = 720;
const HEIGHT = 300;
const LEFT = 70;
const BOTTOM = HEIGHT - 36;
const TOP = 24;

/** A whole page in one file, without scripts: the answer, the figure, the numbers. */
export function predictionPage(prediction: Prediction): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${sentence(prediction)}</title>
<style>${trusted(`${style}\n${FIGURE_STYLE}`)}</style>
</head>
<body><main>
<p class="running"><span><b>Brownout</b> prediction of the model, in virtual time: nothing real was run</span></p>
<h1>${sentence(prediction)}</h1>
${figure(prediction)}
<table>${facts(prediction).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>
</main></body>
</html>
`.markup;
}

const FIGURE_STYLE = `
.held { fill: var(--backlog-fill); stroke: var(--backlog); stroke-width: 1.5; }
.limit { stroke: var(--broken); stroke-dasharray: 5 4; }
.outage { fill: var(--shade); }
.axis { stroke: var(--soft); }
svg text { font: 12px var(--sans); fill: var(--soft); }
th { text-align: left; padding-right: 1.5rem; vertical-align: top; white-space: nowrap; }
`;

/** What the gateway holds over time, the outage shaded, the buffer's limit as a line. */
function figure({ series, outageMs, assumptions: { bufferReadings } }: Prediction): Markup {
  const lastMs = series.atMs.at(-1) ?? outageMs;
  const firstMs = series.atMs[0] ?? 0;
  const most = Math.max(1, ...series.heldReadings);
  const limit = bufferReadings !== null && bufferReadings <= most * 1.5 ? bufferReadings : undefined;
  const top = Math.max(most, limit ?? 0) * 1.05;
  const x = (atMs: number) => round(LEFT + ((WIDTH - LEFT - 10) * (atMs - firstMs)) / Math.max(1, lastMs - firstMs));
  const y = (held: number) => round(BOTTOM - ((BOTTOM - TOP) * held) / top);
  const line = series.atMs.map((atMs, i) => `${x(atMs)},${y(series.heldReadings[i]!)}`).join(' ');
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Readings held by the gateway over time, at most ${count(most)}">
<rect class="outage" x="${x(0)}" y="${TOP}" width="${round(x(outageMs) - x(0))}" height="${BOTTOM - TOP}"/>
<text x="${x(0) + 4}" y="${TOP - 8}">outage, ${duration(outageMs)}</text>
<polygon class="held" points="${x(firstMs)},${BOTTOM} ${line} ${x(lastMs)},${BOTTOM}"/>
${limit !== undefined ? html`<line class="limit" x1="${LEFT}" x2="${WIDTH - 10}" y1="${y(limit)}" y2="${y(limit)}"/>
<text x="${WIDTH - 12}" y="${y(limit) + 16}" text-anchor="end">the buffer is full</text>` : undefined}
<line class="axis" x1="${LEFT}" x2="${WIDTH - 10}" y1="${BOTTOM}" y2="${BOTTOM}"/>
<text x="${LEFT - 8}" y="${y(most) + 4}" text-anchor="end">${count(most)}</text>
<text x="${LEFT - 8}" y="${BOTTOM + 4}" text-anchor="end">0</text>
<text x="${WIDTH - 10}" y="${BOTTOM + 18}" text-anchor="end">${duration(lastMs)} after the beginning of the outage</text>
<text x="${LEFT}" y="${BOTTOM + 18}">readings held by the gateway</text>
</svg>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
