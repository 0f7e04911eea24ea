import type { Result } from '../result.ts';
import { comparedPromises, tally, verdictWords } from '../words.ts';
import { figure, figureCaption } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { page } from './page.ts';
import { section } from './report.ts';
import { colophon, faultTable, notTested, replay, runningHead, verdictMark, victims } from './sections.ts';

/** Several runs side by side, such as two pipelines under the same failures: one self-contained page. Needs one result at least. */
export function renderComparisonHtml(results: Result[]): string {
  const [first] = results;
  if (!first) throw new Error('a comparison needs at least one result');
  const scenarios = new Set(results.map(({ scenario }) => scenario.name));
  const under = scenarios.size === 1 ? `Under ${first.scenario.name}` : `Under ${scenarios.size} scenarios`;
  const held = results.filter(({ verdict }) => verdict === 'held').length;
  const title = `${under}, ${held} of ${results.length} pipelines kept every promise.`;
  return page(title, html`<main class="wide">
<header>
${runningHead('the same failures, side by side', first.startedAt)}
<h1>${title}</h1>
${scenarios.size === 1 && first.scenario.description ? html`<p class="standfirst">${first.scenario.description}</p>` : undefined}
</header>
<div class="pair">${results.map((result) => figure(result, { others: results, title: headline(result) }))}</div>
<figure class="caption">${figureCaption}</figure>
${section('Promises', matrix(results))}
${results.map((result) => html`<article>
<h2>${result.pipeline.name} ${verdictMark(result.verdict)} <small>${tally(result.guarantees)}</small></h2>
<p>${result.pipeline.description}</p>
${part('Why', causes(result))}
${victims(result)}
${part('Faults', faultTable(result))}
${part('Not tested', notTested(result))}
${part('Replay', replay(result))}
</article>`)}
${colophon(results)}
</main>`);
}

function headline(result: Result): Markup {
  const { symbol, word } = verdictWords[result.verdict];
  return html`<h2 class="headline">${result.pipeline.name} <span class="verdict ${result.verdict}"><span aria-hidden="true">${symbol}</span> ${word}</span></h2>
<p class="sentence">${result.sentence}</p>`;
}

function matrix(results: Result[]): Markup {
  const { tested, untested } = comparedPromises(results);
  return html`<table class="matrix">
<thead><tr><th>Promise</th>${results.map(({ pipeline }) => html`<th>${pipeline.name}</th>`)}</tr></thead>
<tbody>${tested.map(({ id, promise }) => html`<tr><td><b>${promise}</b> <code>${id}</code></td>${results.map((result) => {
    const guarantee = result.guarantees.find((known) => known.id === id);
    return html`<td data-of="${result.pipeline.name}">${verdictMark(guarantee?.verdict ?? 'not-tested')}<p>${guarantee?.reason}</p></td>`;
  })}</tr>`)}</tbody>
</table>
${untested.length > 0 ? html`<p class="soft">Not tested in any of them: ${untested.join(', ')}.</p>` : undefined}`;
}

function causes(result: Result): Markup | undefined {
  const broken = result.guarantees.filter(({ verdict, cause, fix }) => verdict === 'broken' && (cause || fix));
  if (broken.length === 0) return undefined;
  return html`<dl class="untested">${broken.map(({ promise, cause, fix }) => html`<dt>${promise}</dt><dd>${cause} ${fix ? html`<span class="soft">Fix:</span> ${fix}` : undefined}</dd>`)}</dl>`;
}

const part = (title: string, content: Markup | undefined) => content && html`<h3>${title}</h3>\n${content}`;
