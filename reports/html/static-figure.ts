import { count } from '../words.ts';
import { figureSentence, type FigureData } from './figure-data.ts';
import { html, type Markup } from './markup.ts';

/**
 * The figure as SVG: what is printed, and what is seen where scripts do not run (mail, artifact viewers of CI systems).
 * Colours come from the page's style, so it follows light, dark and paper.
 */
export function staticFigure(data: FigureData): Markup {
  const left = 52, right = 710, lane = 18;
  const top = 8 + lane * (1 + data.lanes), middle = top + 190, low = middle + 18, bottom = low + 90;
  const x = (atS: number) => round(left + ((right - left) * Math.min(atS, data.max.atS)) / data.max.atS);
  const upper = (value: number) => round(middle - ((middle - top) * value) / data.max.readings);
  const lower = (value: number) => round(bottom - ((bottom - low) * value) / data.max.backlog);
  const path = (values: number[], y: (value: number) => number) => values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(data.atS[index]!)} ${y(value)}`).join('');

  return html`<svg class="static" viewBox="0 0 720 ${bottom + 36}" role="img" aria-label="${figureSentence(data)}">
${data.faults.map((fault) => html`<rect class="shade" x="${x(fault.fromS)}" y="${top}" width="${round(x(fault.toS) - x(fault.fromS))}" height="${bottom - top}"/>`)}
${ticks(data.max.readings, 4).map((value) => gridLine(upper(value), count(value)))}
${ticks(data.max.backlog, 2).map((value) => gridLine(lower(value), count(value)))}
${ticks(data.max.atS, 8).map((value) => html`<text class="tick" x="${x(value)}" y="${bottom + 15}" text-anchor="middle">${count(value)}</text>`)}
<text class="tick" x="${right}" y="${bottom + 30}" text-anchor="end">seconds of the run</text>
${data.phases.map((phase) => html`<line class="phase" x1="${x(phase.fromS)}" x2="${x(phase.fromS)}" y1="${top}" y2="${bottom}"/>${
    x(phase.toS) - x(phase.fromS) > 6 * phase.label.length ? html`<text class="phase-name" x="${x(phase.fromS) + 3}" y="12">${phase.label}</text>` : undefined
  }`)}
${data.faults.map((fault) => {
    const y = 8 + lane * (fault.lane + 1);
    const breadth = 6 * fault.label.length;
    const overflows = x(fault.fromS) + breadth > right;
    const label = html`<text class="fault-name" x="${overflows ? x(fault.toS) : x(fault.fromS)}" y="${y + 10}" text-anchor="${overflows ? 'end' : 'start'}">${fault.label}</text>`;
    return html`${data.named || breadth < x(fault.toS) - x(fault.fromS) ? label : undefined}
<rect class="fault-bar" x="${x(fault.fromS)}" y="${y + 13}" width="${Math.max(1, round(x(fault.toS) - x(fault.fromS)))}" height="2.5"/>`;
  })}
<path class="between" d="${path(data.read, upper)}L${path(data.delivered, upper).slice(1).split('L').toReversed().join('L')}Z"/>
<path class="read" d="${path(data.read, upper)}"/>
<path class="delivered" d="${path(data.delivered, upper)}"/>
<path class="backlog" d="${path(data.backlog, lower)}L${x(data.atS.at(-1)!)} ${bottom}L${x(data.atS[0]!)} ${bottom}Z"/>
${data.missing ? html`<text class="missing" x="${right - 6}" y="${missingAt()}" text-anchor="end">${data.missing}</text>` : undefined}
</svg>`;

  /** Inside the band that it names, or below it where the band is thin. */
  function missingAt(): number {
    const [read, delivered] = [upper(data.read.at(-1)!), upper(data.delivered.at(-1)!)];
    return delivered - read > 22 ? round((read + delivered) / 2 + 4) : Math.min(middle - 6, delivered + 18);
  }

  function gridLine(y: number, label: string): Markup {
    return html`<line class="grid" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/><text class="tick" x="${left - 7}" y="${y + 4}" text-anchor="end">${label}</text>`;
  }
}

/** Round values from 0 up to `max`, about `wanted` of them. */
function ticks(max: number, wanted: number): number[] {
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, index) => Math.round(index * step * 1e6) / 1e6);
}

const round = (value: number) => Math.round(value * 10) / 10;
