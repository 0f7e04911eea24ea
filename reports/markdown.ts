import type { GuaranteeResult, Result } from './result.ts';
import {
  byGravity, count, duration, evidenceLine, faultsDuring, fixFor, numbersLine, otherwiseNotTested, sentence, span, tally, verdictWords, visible, when,
} from './words.ts';

/** The run as GitHub-flavoured Markdown: `summary.md`, and a job summary by `cat summary.md >> $GITHUB_STEP_SUMMARY`. */
export function renderMarkdown(result: Result): string {
  const { symbol, word } = verdictWords[result.verdict];
  const broken = result.guarantees.filter((guarantee) => guarantee.verdict === 'broken');
  const notTested = otherwiseNotTested(result);
  const sections = [
    `## ${symbol} ${capital(word)}: ${text(result.pipeline.name)} under ${text(result.scenario.name)}`,
    text(result.sentence),
    facts(result),
    table(['Verdict', 'Guarantee', 'Promise', 'Why'], byGravity(result.guarantees).map((guarantee) => [
      `${verdictWords[guarantee.verdict].symbol} ${verdictWords[guarantee.verdict].word}`,
      code(guarantee.id), text(guarantee.promise), why(result, guarantee),
    ])),
    ...broken.map((guarantee) => brokenSection(result, guarantee)),
    '### Faults',
    table(['Fault', 'When', 'Proof that it happened'], result.faults.map((fault) => [
      `${code(fault.kind)} on ${code(fault.target)}`, span(fault.fromMs, fault.toMs), `${fault.bite.proven ? '' : '**not proven**: '}${text(fault.bite.detail)}`,
    ])),
    ...(notTested.length > 0
      ? ['### Not tested', table(['What', 'Why not', 'To test it'], notTested.map(({ what, reason, fix }) => [text(what), text(reason), text(fix)]))]
      : []),
    `### Replay\n\n${fence(result.replay.command)}`,
    `Record: sha256 ${code(result.record.sha256)}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function facts(result: Result): string {
  const { counts } = result;
  const readings = [
    `${count(counts.acknowledged)} readings acknowledged`, `${count(counts.delivered)} delivered`, `${count(counts.lostSilent)} lost in silence`,
    `${count(counts.lostDeclared)} lost and declared`, `${count(counts.duplicate)} duplicates`,
  ];
  return `${readings.join(' · ')}  \n${tally(result.guarantees)} · seed ${result.seed} · ${when(result.startedAt)} · ${duration(result.durationMs)}`;
}

function why(result: Result, guarantee: GuaranteeResult): string {
  const open = guarantee.verdict === 'not-tested' ? 'To test it' : guarantee.verdict === 'inconclusive' ? 'To decide it' : undefined;
  const fix = open && fixFor(result, guarantee);
  return text(fix ? `${sentence(guarantee.reason)} ${open}: ${fix}` : guarantee.reason);
}

function brokenSection(result: Result, guarantee: GuaranteeResult): string {
  const [first] = guarantee.evidence;
  const shown = guarantee.evidence.slice(0, 5);
  const more = guarantee.evidenceTotal - shown.length;
  const lines = [
    Object.keys(guarantee.numbers).length > 0 ? `**Numbers** ${text(numbersLine(guarantee.numbers))}` : '',
    shown.length > 0 ? `**First victims**\n${shown.map((row) => `- ${text(evidenceLine(row))}`).join('\n')}${more > 0 ? `\n- and ${count(more)} more` : ''}` : '',
    first ? `**Fault in progress** ${text(faultsDuring(result, first))}` : '',
    guarantee.cause ? `**Likely cause** ${text(guarantee.cause)}` : '',
    guarantee.fix ? `**Fix** ${text(guarantee.fix)}` : '',
  ];
  return [`### ✗ ${code(guarantee.id)}: ${text(guarantee.promise)}`, text(sentence(guarantee.reason)), ...lines].filter((line) => line !== '').join('\n\n');
}

function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return '';
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Data stays text: nothing in it becomes markup, a table border, a link or a mention. */
function text(value: string): string {
  return visible(value)
    .replace(/[\\`*_{}[\]<>|~#&$]/g, '\\$&')
    .replace(/^([-+]|\d+[.)])/, '\\$1')
    .replace(/@/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//');
}

function code(value: string): string {
  const clean = visible(value).replace(/\|/g, '\\|');
  const ticks = '`'.repeat(1 + longestRun(clean));
  return clean.startsWith('`') || clean.endsWith('`') ? `${ticks} ${clean} ${ticks}` : `${ticks}${clean}${ticks}`;
}

function fence(value: string): string {
  const clean = visible(value);
  const ticks = '`'.repeat(Math.max(3, 1 + longestRun(clean)));
  return `${ticks}sh\n${clean}\n${ticks}`;
}

const longestRun = (value: string) => Math.max(0, ...(value.match(/`+/g) ?? []).map((run) => run.length));
const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);
