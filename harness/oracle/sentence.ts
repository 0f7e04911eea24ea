import type { Result } from '../../reports/result.ts';
import type { Judged, Judgement } from './judge.ts';
import { faultsDuring } from './timeline.ts';
import { count, grouped, moment } from './words.ts';

/** The verdict in one sentence, with the numbers that a person asks for first. */
export function sentenceOf(judgement: Judgement, counts: Result['counts']): string {
  const { stalled } = judgement.account;
  const sentence = verdictSentence(judgement, counts);
  return !stalled || sentence.includes(stalled) ? sentence : `${sentence} Besides, ${stalled}.`;
}

function verdictSentence({ verdict, troubles, guarantees, account }: Judgement, counts: Result['counts']): string {
  const byVerdict = (wanted: Judged['verdict']) => guarantees.filter((judged) => judged.verdict === wanted);
  const failures = account.timeline.faults.filter(({ fromMicros }) => fromMicros !== undefined).length;
  if (verdict === 'broken') return brokenSentence(byVerdict('broken'), counts, account);
  if (verdict === 'held') {
    const held = byVerdict('held').length;
    const tested = held === guarantees.length ? `all ${inWords(held)} promises` : `the ${inWords(held)} ${held === 1 ? 'promise' : 'promises'} it was tested on`;
    return `Held ${tested} through ${count(failures, 'failure')}; ${count(counts.acknowledged, 'reading')}${noneLost(byVerdict('held'), counts)}.`;
  }
  if (verdict === 'error') {
    const failed = byVerdict('error');
    return `Not all of it could be judged: ${failed.map(({ guarantee }) => guarantee.id).join(', ')}. ${failed[0]!.reason}.`;
  }
  const open = byVerdict('inconclusive');
  const why = [account.stalled, troubles[0]].filter(Boolean).join('; ') || (open[0] ? `${open[0].guarantee.id}: ${open[0].reason}` : 'nothing happened that could have broken a promise');
  return `Inconclusive: ${why}.`;
}

function brokenSentence(broken: Judged[], counts: Result['counts'], { timeline }: Judgement['account']): string {
  const loss = broken.find(({ guarantee }) => guarantee.id === 'no-loss');
  const others = broken.length - 1;
  const more = others > 0 ? ` ${capital(inWords(others))} more ${others === 1 ? 'promise is' : 'promises are'} broken: ${broken.filter((it) => it !== (loss ?? broken[0])).map(({ guarantee }) => guarantee.id).join(', ')}.` : '';
  if (!loss) return `${broken[0]!.guarantee.promise}: broken. ${broken[0]!.reason}.${more}`;

  const first = loss.finding.evidence[0]!;
  const [during] = faultsDuring(timeline, first.atMicros, first.toMicros);
  const lost = counts.lostSilent + counts.lostDeclared;
  const how = counts.lostDeclared === 0 ? ' without a word' : `, ${grouped(counts.lostSilent)} of them without a word`;
  const where = `first: ${first.device} n ${first.n}, ${moment(first.atMicros)}${during ? `, during ${during}` : ''}`;
  return `Lost ${grouped(lost)} of ${count(counts.acknowledged, 'acknowledged reading')}${how} (${where}).${more}`;
}

function noneLost(held: Judged[], { lostSilent, lostDeclared }: Result['counts']): string {
  const ids = new Set(held.map(({ guarantee }) => guarantee.id));
  const lost = lostSilent + lostDeclared === 0 ? ', none lost' : `, ${grouped(lostSilent + lostDeclared)} lost as the claims allow`;
  return `${ids.has('no-loss') ? lost : ''}${ids.has('no-duplicates') ? ', none twice' : ''}`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
function inWords(number: number): string {
  return WORDS[number] ?? String(number);
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
