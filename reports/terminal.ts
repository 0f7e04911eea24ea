import { layout, type Paper } from './terminal-layout.ts';
import type { GuaranteeResult, Result, Verdict } from './result.ts';
import {
  byGravity, comparedPromises, count, duration, evidenceLine, faultsDuring, fixFor, numbersLine, otherwiseNotTested, sentence, tally, verdictWords, visible, when,
} from './words.ts';

/** Whom it is for: how wide the terminal is, and whether it shows colour. */
export type Terminal = Paper;

/** The verdict for a person in a terminal; ends with a newline. */
export function renderTerminal(result: Result, terminal: Terminal): string {
  const { rows, line, paint, wrapped } = layout(terminal);
  const { counts } = result;
  const mark = verdictWords[result.verdict];
  wrapped(`${result.pipeline.name} under ${result.scenario.name}`, `${paint(result.verdict, `${mark.symbol} ${mark.word.toUpperCase()}`)}  `, 'strong', ' '.repeat(mark.word.length + 4));
  wrapped(result.sentence, '  ');
  wrapped(`${count(counts.acknowledged)} acknowledged · ${count(counts.delivered)} delivered · ${count(counts.lostSilent)} lost in silence · seed ${result.seed} · ${when(result.startedAt)} · ${duration(result.durationMs)}`, '  ', 'faint');
  line();
  const idWidth = Math.min(20, Math.max(0, ...result.guarantees.map(({ id }) => id.length)));
  const tested = result.guarantees.filter(({ verdict }) => verdict !== 'not-tested');
  for (const guarantee of byGravity(tested)) guaranteeRow(guarantee, idWidth, terminal, rows);
  for (const guarantee of result.guarantees) if (guarantee.verdict === 'broken') brokenBlock(result, guarantee, terminal, rows);
  const untested = notTestedOf(result);
  if (untested.length > 0) {
    line();
    line(paint('strong', 'Not tested'));
    for (const { what, reason, fix } of untested) wrapped(`${what}: ${sentence(reason)}${fix ? ` To test it: ${sentence(fix)}` : ''}`, '  ', undefined, '    ');
  }
  line();
  line(`${paint('strong', 'Record')}  sha256 ${visible(result.record.sha256)}`);
  line(`${paint('strong', 'Replay')}  ${visible(result.replay.command)}`);
  return `${rows.join('\n')}\n`;
}

/**
 * Several pipelines side by side: one row per guarantee, one column per pipeline, then a sentence for each. Where the
 * terminal is too narrow for all columns, they follow in blocks below each other. Ends with a newline.
 */
export function renderTerminalComparison(results: Result[], terminal: Terminal): string {
  const { rows, line, paint, wrapped } = layout(terminal);
  const { tested, untested } = comparedPromises(results);
  const labels = tested.map(({ id, promise }) => ({ id, short: visible(id), long: visible(promise) }));
  const names = results.map(({ pipeline }) => visible(pipeline.name));
  const cellWidth = Math.min(26, Math.max(14, ...names.map((name) => name.length)));
  const longest = Math.max(8, ...labels.map(({ long }) => long.length));
  const roomy = terminal.width >= longest + 2 + results.length * (cellWidth + 2);
  const labelWidth = Math.min(roomy ? longest : Math.max(8, ...labels.map(({ short }) => short.length)), Math.max(8, terminal.width - cellWidth - 2));
  const perBlock = Math.max(1, Math.floor((terminal.width - labelWidth) / (cellWidth + 2)));
  for (let from = 0; from < results.length; from += perBlock) {
    const block = results.slice(from, from + perBlock);
    if (from > 0) line();
    line(' '.repeat(labelWidth) + columns(block.map(({ pipeline }) => ['strong', fit(visible(pipeline.name), cellWidth)])));
    for (const { id, short, long } of labels) {
      const cells = block.map((result) => {
        const verdict = result.guarantees.find((guarantee) => guarantee.id === id)?.verdict ?? 'not-tested';
        return [verdict, fit(marked(verdict), cellWidth)] as const;
      });
      line(fit(roomy ? long : short, labelWidth) + columns(cells));
    }
  }
  if (untested.length > 0) wrapped(untested.join(', '), 'Not tested in any of them: ', 'faint');
  for (const result of results) {
    line();
    wrapped(result.pipeline.name, `${paint(result.verdict, marked(result.verdict))}  `, 'strong', ' '.repeat(marked(result.verdict).length + 2));
    wrapped(result.sentence, '  ');
    wrapped(tally(result.guarantees), '  ', 'faint');
    wrapped(`record sha256 ${result.record.sha256}`, '  ', 'faint');
  }
  return `${rows.join('\n')}\n`;

  /** Padding stays outside of the colour, and behind the last column there is none. */
  function columns(cells: (readonly [Verdict | 'strong', string])[]): string {
    return cells.map(([tone, text]) => `  ${paint(tone, text.trimEnd())}${' '.repeat(text.length - text.trimEnd().length)}`).join('').trimEnd();
  }
}

const marked = (verdict: Verdict) => `${verdictWords[verdict].symbol} ${verdictWords[verdict].word}`;

function guaranteeRow(guarantee: GuaranteeResult, idWidth: number, terminal: Terminal, rows: string[]): void {
  const { paint, wrapped } = layout(terminal, rows);
  const verdict = paint(guarantee.verdict, marked(guarantee.verdict).padEnd(14));
  const lead = `  ${verdict}  ${paint('strong', fit(visible(guarantee.id), idWidth))}  `;
  const decide = guarantee.verdict === 'inconclusive' && guarantee.fix ? ` To decide it: ${sentence(guarantee.fix)}` : '';
  wrapped(decide ? sentence(guarantee.reason) + decide : guarantee.reason, lead, undefined, ' '.repeat(20 + idWidth));
}

function brokenBlock(result: Result, guarantee: GuaranteeResult, terminal: Terminal, rows: string[]): void {
  const { line, paint, wrapped } = layout(terminal, rows);
  const [first] = guarantee.evidence;
  const said: [string, string | undefined][] = [
    ['numbers', numbersLine(guarantee.numbers) || undefined],
    ['first victim', first && `${evidenceLine(first)}${guarantee.evidenceTotal > 1 ? ` (and ${count(guarantee.evidenceTotal - 1)} more)` : ''}`],
    ['during', first && faultsDuring(result, first)],
    ['likely cause', guarantee.cause],
    ['fix', guarantee.fix],
  ];
  line();
  wrapped(guarantee.promise, `${paint('broken', verdictWords.broken.symbol)} ${paint('strong', visible(guarantee.id))}  `, undefined, ' '.repeat(guarantee.id.length + 4));
  for (const [label, text] of said) if (text) wrapped(text, `  ${label.padEnd(14)}`, undefined, ' '.repeat(16));
}

/** What could not be tested, why, and how to change that: the guarantees and the rest. */
function notTestedOf(result: Result): { what: string; reason: string; fix?: string }[] {
  const guarantees = result.guarantees.filter(({ verdict }) => verdict === 'not-tested');
  return [...guarantees.map((guarantee) => ({ what: guarantee.id, reason: guarantee.reason, fix: fixFor(result, guarantee) })), ...otherwiseNotTested(result)];
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
