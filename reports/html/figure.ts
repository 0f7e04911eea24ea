import type { Result } from '../result.ts';
import { count } from '../words.ts';
import { figureData, figureSentence } from './figure-data.ts';
import { html, json, type Markup } from './markup.ts';
import { staticFigure } from './static-figure.ts';

/** The one figure of a run. `others`: results drawn beside it, for equal axes. `title` stands above it, `caption` below. */
export function figure(result: Result, { others = [], title, caption }: { others?: Result[]; title?: Markup; caption?: Markup } = {}): Markup {
  if (result.series.atMs.length === 0) return html`<figure>${title}<p class="soft">No reading was ever seen, so there is nothing to draw.</p></figure>`;
  const data = figureData(result, others);
  const last = (name: 'read' | 'delivered' | 'backlog') => html`<span data-say="${name}">${count(data[name].at(-1)!)}</span>`;
  return html`<figure data-live>
${title}
<p class="legend">
<span data-say="at">in the end</span>
<span class="key key-read">acknowledged ${last('read')}</span>
<span class="key key-delivered">delivered ${last('delivered')}</span>
<span class="key key-backlog">backlog ${last('backlog')}</span>
<span class="key-during" data-say="during"></span>
</p>
<div class="live" role="img" aria-label="${figureSentence(data)}"></div>
${staticFigure(data)}
<script type="application/json">${json(data)}</script>
${caption}
</figure>`;
}

export const figureCaption = html`<figcaption><b>Figure 1.</b> Above, readings that the pipeline acknowledged and, of these, readings seen at the
outlet; what lies between the two lines is missing at that moment. Below, the backlog between them. Shaded: faults in force. Dotted: where a phase of the run begins.</figcaption>`;
