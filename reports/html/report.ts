import type { Result } from '../result.ts';
import { tally, verdictWords } from '../words.ts';
import { figure, figureCaption } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { page } from './page.ts';
import { colophon, facts, faultTable, guaranteeTable, notTested, replay, runningHead, victims } from './sections.ts';

/** The report of one run: one self-contained page that loads nothing, on screen and on paper. */
export function renderHtml(result: Result): string {
  const { symbol, word } = verdictWords[result.verdict];
  return page(`${word}: ${result.pipeline.name} under ${result.scenario.name}`, html`<main>
<header>
${runningHead('test of a pipeline under failure', result.startedAt)}
<h1><span class="verdict ${result.verdict}"><span aria-hidden="true">${symbol}</span> ${word[0]!.toUpperCase() + word.slice(1)}.</span> ${result.sentence}</h1>
${result.scenario.description ? html`<p class="standfirst">${result.scenario.description}</p>` : undefined}
${facts(result)}
</header>
${figure(result, { caption: figureCaption })}
${section('Promises', guaranteeTable(result), tally(result.guarantees))}
${section('First victims', victims(result))}
${section('Faults', faultTable(result))}
${section('Not tested', notTested(result))}
${section('Replay', replay(result))}
${colophon([result])}
</main>`);
}

export function section(title: string, content: Markup | undefined, aside = ''): Markup | undefined {
  return content && html`<section>\n<h2>${title}${aside ? html` <small>${aside}</small>` : undefined}</h2>\n${content}\n</section>`;
}
