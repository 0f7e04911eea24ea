import type { GuaranteeResult, Result, FaultResult } from '../../reports/result.ts';
import { resultSchema } from '../../reports/result.ts';
import { digestOf } from '../history/digest.ts';
import type { History } from '../history/history.ts';
import type { Account } from './account.ts';
import type { Judged, Judgement } from './judge.ts';
import { ACKNOWLEDGED, DECLARED, DELIVERED, IN_WINDOW, LATE, REORDERED } from './marks.ts';
import { oursPerhaps } from './clock-use.ts';
import { sentenceOf } from './sentence.ts';
import { faultsDuring, type FaultWindow, type Timeline } from './timeline.ts';
import { toMs } from './words.ts';

/** What a run came to, ready for the reports. Pure: the same history gives the same bytes. */
export function toResult(history: History, judgement: Judgement): Result {
  const { meta } = history;
  const { account, guarantees, verdict, series } = judgement;
  const { timeline } = account;
  const { nodes: _nodes, fieldLinks: _field, platformLinks: _platform, ...pipeline } = meta.pipeline;
  const counts = countsOf(account);
  const faults = timeline.faults.map((fault) => faultOf(fault, timeline));
  return resultSchema.parse({
    schema: 'brownout-result/1',
    tool: meta.tool,
    verdict,
    sentence: sentenceOf(judgement, counts),
    pipeline,
    scenario: meta.scenario,
    record: { sha256: digestOf(history) },
    seed: meta.seed,
    host: meta.host,
    startedAt: meta.startedAt,
    durationMs: toMs(timeline.endMicros),
    phases: timeline.phases.map(({ phase, ...times }) => ({ phase, ...span(times) })),
    window: span(timeline.window.toMicros < 0 ? { fromMicros: 0, toMicros: 0 } : timeline.window),
    counts,
    faults,
    guarantees: guarantees.map((judged) => guaranteeOf(judged, timeline)),
    notTested: notTestedOf(history, guarantees),
    series,
    replay: meta.replay,
  } satisfies Result);
}

function countsOf({ history, match, alteredRows, tally, unread }: Account): Result['counts'] {
  const inWindow = (wanted: number, unwanted = 0) => tally(IN_WINDOW | wanted, unwanted);
  return {
    readings: inWindow(0),
    acknowledged: inWindow(ACKNOWLEDGED),
    indeterminate: inWindow(0, ACKNOWLEDGED),
    delivered: inWindow(DELIVERED),
    duplicate: match.repeats.length,
    altered: alteredRows.length,
    reordered: tally(REORDERED),
    late: inWindow(DELIVERED | LATE),
    undecided: inWindow(ACKNOWLEDGED | LATE, DELIVERED),
    lostDeclared: inWindow(ACKNOWLEDGED | DECLARED, DELIVERED | LATE),
    lostSilent: inWindow(ACKNOWLEDGED, DELIVERED | DECLARED | LATE),
    unknown: match.unknown.length,
    unreadIntervals: unread.length,
    declaredGaps: history.events.filter(({ kind }) => kind === 'gap').length,
  };
}

/** A fault that was never applied is shown where it was planned. */
function faultOf({ planned, fromMicros, toMicros, healed, bite, unproven, failed }: FaultWindow, { phases }: Timeline): FaultResult {
  const { id, kind, family, target, atMs, forMs } = planned;
  const params = { ...planned.params, ...planned.written };
  const plannedMs = toMs(phases.find(({ phase }) => phase === 'faults')?.fromMicros ?? 0) + atMs;
  const times = fromMicros === undefined ? { fromMs: plannedMs, toMs: plannedMs + forMs } : span({ fromMicros, toMicros });
  const detail = failed ?? bite?.detail ?? (fromMicros === undefined ? 'never applied' : (unproven ?? 'no proof that it happened to its target'));
  return { id, kind, family, target, params, ...times, bite: { proven: bite !== undefined, detail, numbers: bite?.numbers ?? {} }, healed };
}

function guaranteeOf({ guarantee, finding, verdict, reason }: Judged, timeline: Timeline): GuaranteeResult {
  const { id, promise, definition, cause, fix } = guarantee;
  const evidence = finding.evidence.map(({ atMicros, toMicros, ...row }) => ({
    atMs: Number.isFinite(atMicros) ? toMs(atMicros) : 0, ...row, during: faultsDuring(timeline, atMicros, toMicros),
  }));
  const help = verdict === 'broken' ? { cause: cause + oursPerhaps(timeline), fix } : verdict === 'inconclusive' && finding.fix ? { fix: finding.fix } : {};
  return { id, promise, definition, verdict, reason, numbers: finding.numbers, evidence, evidenceTotal: finding.evidenceTotal, ...help };
}

function notTestedOf({ events }: History, guarantees: Judged[]): Result['notTested'] {
  const unable = events.filter((event) => event.kind === 'not-tested').map(({ what, reason, fix }) => ({ what, reason, fix }));
  const untested = guarantees
    .filter(({ verdict }) => verdict === 'not-tested')
    .map(({ guarantee, finding, reason }) => ({ what: guarantee.id, reason, fix: finding.fix ?? `Run a scenario that lists ${guarantee.id} under exercises` }));
  return [...untested, ...unable];
}

function span({ fromMicros, toMicros }: { fromMicros: number; toMicros: number }): { fromMs: number; toMs: number } {
  return { fromMs: toMs(fromMicros), toMs: toMs(toMicros) };
}
