import type { EvidenceRow, FaultResult, GuaranteeResult, Result, Verdict } from '../result.ts';
import {
  byGravity, count, duration, fixFor, moment, namedNumbers, numbersLine, otherwiseNotTested, sentence, span, verdictWords, when,
} from '../words.ts';
import { html, type Markup } from './markup.ts';

/** The building blocks that the report of one run and the comparison of several share. */

export function verdictMark(verdict: Verdict): Markup {
  const { symbol, word } = verdictWords[verdict];
  return html`<span class="verdict ${verdict}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}

export function runningHead(what: string, iso: string): Markup {
  return html`<p class="running"><span><b>Brownout</b> ${what}</span> <span>${when(iso)}</span></p>`;
}

export function facts(result: Result): Markup {
  const { counts } = result;
  const about: [string, string][] = [
    ['Pipeline', result.pipeline.name], ['Scenario', result.scenario.name], ['Seed', String(result.seed)],
    ['Started', when(result.startedAt)], ['Lasted', duration(result.durationMs)],
  ];
  const counted: [string, number][] = [
    ['acknowledged', counts.acknowledged], ['delivered', counts.delivered], ['lost in silence', counts.lostSilent], ['lost, declared', counts.lostDeclared],
    ['duplicate', counts.duplicate], ['altered', counts.altered], ['out of order', counts.reordered], ['unread intervals', counts.unreadIntervals],
  ];
  return html`<dl class="facts">${about.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<dl class="facts counts">${counted.map(([name, value]) => html`<div${value === 0 ? html` class="none"` : undefined}><dt>${name}</dt><dd>${count(value)}</dd></div>`)}</dl>`;
}

export function guaranteeTable(result: Result): Markup {
  if (result.guarantees.length === 0) return html`<p class="soft">This run judged no guarantee.</p>`;
  return html`<table class="guarantees">
<thead><tr><th>Verdict</th><th>Promise</th><th>Numbers</th></tr></thead>
<tbody>${byGravity(result.guarantees).map((guarantee) => html`<tr>
<td>${verdictMark(guarantee.verdict)}</td>
<td><details><summary><b>${guarantee.promise}</b> <code>${guarantee.id}</code></summary><p>${guarantee.definition}</p></details>
<p>${guarantee.reason}</p>
${advice(result, guarantee)}</td>
<td>${numbers(guarantee.numbers)}</td>
</tr>`)}</tbody>
</table>`;
}

function advice(result: Result, guarantee: GuaranteeResult): Markup | undefined {
  const fix = fixFor(result, guarantee);
  if (guarantee.verdict === 'held' || (!guarantee.cause && !fix)) return undefined;
  return html`<dl class="advice">${guarantee.cause ? html`<dt>Likely cause</dt><dd>${guarantee.cause}</dd>` : undefined}${
    fix ? html`<dt>${guarantee.verdict === 'broken' ? 'Fix' : 'To test it'}</dt><dd>${fix}</dd>` : undefined}</dl>`;
}

function numbers(values: GuaranteeResult['numbers']): Markup | undefined {
  const rows = namedNumbers(values);
  if (rows.length === 0) return undefined;
  return html`<dl class="numbers">${rows.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function faultTable(result: Result): Markup {
  if (result.faults.length === 0) return html`<p class="soft">No fault was injected.</p>`;
  return html`<table class="faults">
<thead><tr><th>Fault</th><th>When</th><th>Proof that it happened</th></tr></thead>
<tbody>${result.faults.map((fault, index) => html`<tr>
<td><span class="soft">${index + 1}</span> <b>${fault.kind}</b> on ${fault.target}${params(fault)}</td>
<td class="figures">${span(fault.fromMs, fault.toMs)}</td>
<td>${fault.bite.proven ? undefined : html`<span class="verdict inconclusive">? not proven</span> `}${fault.bite.detail}${
    fault.healed ? undefined : html` <span class="verdict broken">✗ could not be ended</span>`}</td>
</tr>`)}</tbody>
</table>`;
}

function params(fault: FaultResult): Markup | undefined {
  const said = Object.entries(fault.params).map(([name, value]) => [name, typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value)]);
  return said.length > 0 ? html`<br><span class="soft">${numbersLine(Object.fromEntries(said))}</span>` : undefined;
}

const shownAtOnce = 8;
const shownAtMost = 20;

/** The victims of every broken promise; undefined where none is broken. */
export function victims(result: Result): Markup | undefined {
  const broken = result.guarantees.filter(({ verdict, evidence }) => verdict === 'broken' && evidence.length > 0);
  if (broken.length === 0) return undefined;
  return html`${broken.map((guarantee) => {
    const rows = guarantee.evidence.slice(0, shownAtMost);
    const rest = rows.slice(shownAtOnce);
    return html`<h3>${guarantee.promise} <code>${guarantee.id}</code></h3>
${victimTable(result, rows.slice(0, shownAtOnce))}
${rest.length > 0 ? html`<details><summary>The next ${rest.length}</summary>${victimTable(result, rest)}</details>` : undefined}
${guarantee.evidenceTotal > rows.length ? html`<p class="soft">${count(guarantee.evidenceTotal)} in all; the first ${rows.length} are shown.</p>` : undefined}`;
  })}`;
}

function victimTable(result: Result, rows: EvidenceRow[]): Markup {
  const place = (id: string) => result.faults.findIndex((fault) => fault.id === id);
  const during = (id: string) => (place(id) < 0 ? id : `${place(id) + 1} ${result.faults[place(id)]!.kind}`);
  return html`<table class="victims">
<thead><tr><th>When</th><th>Machine</th><th>Reading</th><th>What happened</th><th>Fault in progress</th></tr></thead>
<tbody>${rows.map((row) => html`<tr>
<td class="figures">${moment(row.atMs)}</td><td>${row.device}</td><td class="figures">${row.n === undefined ? undefined : count(row.n)}</td>
<td>${row.what}</td><td>${row.during.map(during).join(', ') || 'none'}</td>
</tr>`)}</tbody>
</table>`;
}

/** Undefined where everything was tested. */
export function notTested(result: Result): Markup | undefined {
  const rows = otherwiseNotTested(result);
  if (rows.length === 0) return undefined;
  return html`<dl class="untested">${rows.map(({ what, reason, fix }) => html`<dt>${what}</dt><dd>${sentence(reason)} <span class="soft">To test it:</span> ${fix}</dd>`)}</dl>`;
}

export function replay(result: Result): Markup {
  return html`<div class="command"><pre data-copy>${result.replay.command}</pre></div>`;
}

export function colophon(results: Result[]): Markup {
  const { tool, host } = results[0]!;
  const files = new Map(results.flatMap(({ pipeline, scenario }) => [pipeline, scenario]).map((file) => [file.file, file.sha256]));
  const records = results.map(({ pipeline, record }): [string, string] => [results.length === 1 ? 'The record of this run' : `The record of ${pipeline.name}`, record.sha256]);
  return html`<footer>
<p>Measured by ${tool.name} ${tool.version} on ${host.os} ${host.arch}, ${host.cpus} CPUs, Node ${host.node}.</p>
<dl>${[...records, ...files].map(([file, sha256]) => html`<div><dt>${file}</dt><dd>sha256 ${sha256}</dd></div>`)}</dl>
</footer>`;
}
