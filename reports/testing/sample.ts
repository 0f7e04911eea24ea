import type { EvidenceRow, FaultResult, GuaranteeResult, Result } from '../result.ts';

/**
 * Results as real runs make them, without a run: for tests and for looking at a report while it is being drawn.
 * Four machines at 10 Hz; the uplink is silently gone from 6 to 11 s, the gateway is killed inside, the clock jumps.
 */

const hertz = 40;
const endMs = 26_000;
const window = { fromMs: 1500, toMs: 20_000 };

export function brokenStock(): Result {
  const series = drawSeries((atMs) => !inside(atMs, 6000, 11_400));
  const all = series.read.at(-1)!;
  const delivered = series.delivered.at(-1)!;
  const lost = all - delivered;
  const victims = Array.from({ length: 20 }, (_, index): EvidenceRow => ({
    atMs: 6012.4 + 25 * index, device: `press-${1 + (index % 4)}`, n: 46 + Math.floor(index / 4),
    what: 'acknowledged, and never seen at the outlet', during: ['1-blackhole-uplink'],
  }));
  return run('node-red-stock', {
    verdict: 'broken',
    sentence: `${lost} of ${all} acknowledged readings were lost in silence: no row, no declared gap.`,
    series,
    counts: { delivered, lostSilent: lost, unreadIntervals: 4 },
    guarantees: [
      guarantee('no-loss', 'broken', `${lost} of ${all} acknowledged readings never reached the outlet`, {
        numbers: { lost, acknowledged: all, lostPercent: (100 * lost) / all, longestHoleMs: 5400 }, evidence: victims, evidenceTotal: lost,
        cause: 'Messages are handed to an MQTT client that drops or forgets them while the broker is out of reach.',
        fix: 'Commit every reading to a durable queue before anything else, and delete it only when the receiving end confirms its commit.',
      }),
      guarantee('no-duplicates', 'held', `Every identity appears once among ${delivered} rows`),
      guarantee('unaltered', 'held', `All ${delivered} delivered values equal the truth bit for bit`, { numbers: { compared: delivered } }),
      guarantee('in-order', 'held', 'The outlet\'s order equals the truth on all 4 devices'),
      guarantee('gaps-declared', 'broken', 'None of the 4 missing intervals was declared', {
        numbers: { missingIntervals: 4, declared: 0, recallPercent: 0 },
        evidence: [1, 2, 3, 4].map((press) => ({
          atMs: 6012.4, device: `press-${press}`, what: 'nothing from 6.01 s to 11.41 s, and no gap declared', during: ['1-blackhole-uplink', '2-crash-gateway'],
        })),
        evidenceTotal: 4,
        cause: 'Nothing in the pipeline knows what it should have received, so nothing can say what is missing.',
        fix: 'Number the readings at the source, find the holes in the numbers at the receiving end, and store each as a gap.',
      }),
      guarantee('gaps-true', 'held', 'No gap was declared, so none was false'),
      guarantee('true-time', 'inconclusive', 'The clock jumped while no reading was under way, so no stamp could go wrong', { numbers: { stampsUnderFault: 0 } }),
      guarantee('recovers', 'held', 'Live again 0.84 s after the last failure ended, within 10 s', { numbers: { recoveryMs: 843.2, boundMs: 10_000 } }),
      guarantee('drains', 'held', 'The backlog was empty 1.10 s after the last failure ended', { numbers: { drainMs: 1100, drainPerSecond: 212 } }),
      guarantee('returns-unaided', 'held', 'Both nodes serve again, and each started once'),
    ],
    notTested: [
      { what: 'power-safe', reason: 'No power cut was injected: this machine offers no FUSE.', fix: 'Run as root, or install fuse3.' },
      { what: 'alerts-arrive', reason: 'The pipeline file names no alert channel.', fix: 'Add `alerts:` to pipeline.yaml.' },
    ],
  });
}

export function heldResilient(): Result {
  const series = drawSeries((atMs) => !inside(atMs, 6000, 11_200), 130);
  const all = series.read.at(-1)!;
  const reasons: [string, string, GuaranteeResult['numbers']?][] = [
    ['no-loss', `All ${all} acknowledged readings are at the outlet`, { acknowledged: all, lost: 0 }],
    ['no-duplicates', `Every identity appears once among ${all} rows`],
    ['unaltered', `All ${all} delivered values equal the truth bit for bit`],
    ['in-order', 'The outlet\'s order equals the truth on all 4 devices'],
    ['gaps-declared', 'All 4 unread intervals lie inside declared gaps', { unreadIntervals: 4, declared: 4, recallPercent: 100 }],
    ['gaps-true', 'No declared gap covers a delivered reading'],
    ['true-time', 'The worst stamp is 41 ms off, within 1 s', { worstErrorMs: 41.2, epsilonMs: 1000 }],
    ['recovers', 'Live again 0.62 s after the last failure ended, within 10 s', { recoveryMs: 620, boundMs: 10_000 }],
    ['drains', 'The backlog was empty 2.31 s after the last failure ended', { drainMs: 2310, drainPerSecond: 130 }],
    ['returns-unaided', 'Both nodes serve again, and each started once'],
  ];
  return run('node-red-resilient', {
    verdict: 'held',
    sentence: `All 10 promises were kept: all ${all} acknowledged readings arrived once and in order through 3 failures.`,
    series,
    counts: { delivered: all, late: 181, unreadIntervals: 4, declaredGaps: 4 },
    guarantees: reasons.map(([id, reason, numbers = {}]) => guarantee(id, 'held', reason, { numbers })),
    notTested: [{ what: 'power-safe', reason: 'No power cut was injected: this machine offers no FUSE.', fix: 'Run as root, or install fuse3.' }],
  });
}

/** The clock fault did not bite, so nothing was shown about time. */
export function inconclusiveRun(): Result {
  const result = heldResilient();
  const clock = result.faults[2]!;
  clock.bite = { proven: false, detail: 'the gateway read its clock 0 times while it was skewed', numbers: { reads: 0 } };
  const time = result.guarantees.find(({ id }) => id === 'true-time')!;
  Object.assign(time, { verdict: 'inconclusive', reason: 'The clock fault has no proven bite', numbers: { stampsUnderFault: 0 } });
  const drains = result.guarantees.find(({ id }) => id === 'drains')!;
  Object.assign(drains, { verdict: 'not-tested', reason: 'The pipeline does not say how much it holds', numbers: {} });
  result.notTested.push({ what: 'drains', reason: drains.reason, fix: 'Add `health:` to pipeline.yaml.' });
  return { ...result, verdict: 'inconclusive', sentence: 'No promise was broken, but true-time could not be judged: the clock fault has no proven bite.' };
}

const inside = (atMs: number, fromMs: number, toMs: number) => atMs >= fromMs && atMs < toMs;

/** Without `drainPerSecond`, what falls into the outage is gone. */
function drawSeries(linkUp: (atMs: number) => boolean, drainPerSecond?: number): Result['series'] {
  const series: Result['series'] = { atMs: [], read: [], delivered: [], backlog: [] };
  const stepMs = 100;
  let read = 0, delivered = 0;
  for (let atMs = 0; atMs <= endMs; atMs += stepMs) {
    const reads = inside(atMs, window.fromMs, window.toMs) && !inside(atMs, 7500, 9800) ? (hertz * stepMs) / 1000 : 0;
    read += reads;
    if (linkUp(atMs)) delivered += drainPerSecond ? Math.min(read - delivered, reads + (drainPerSecond * stepMs) / 1000) : reads;
    series.atMs.push(atMs);
    series.read.push(read);
    series.delivered.push(delivered);
    series.backlog.push(read - delivered);
  }
  return series;
}

const promises: Record<string, [promise: string, definition: string]> = {
  'no-loss': ['nothing acknowledged is lost', 'Every acknowledged reading is delivered by the end of the drain, outside the loss that the claims allow.'],
  'no-duplicates': ['one reading, one row', 'At the outlet each identity appears at most once after the drain.'],
  unaltered: ['values arrive as read', 'A delivered value equals the truth bit for bit, within the declared encoding.'],
  'in-order': ['per device, order survives', 'The outlet\'s order by the pipeline\'s own time equals the order of truth.'],
  'gaps-declared': ['no silent gap', 'Every missing or unread interval lies inside a declared gap.'],
  'gaps-true': ['no false gap', 'No declared gap covers a delivered reading, beyond one period at its edges.'],
  'true-time': ['stamps are true', 'The pipeline\'s stamp is within epsilon of truth, or is flagged as uncertain, under every clock fault.'],
  recovers: ['live again in time', 'From the end of the last failure to the first live reading at the outlet (RTO).'],
  drains: ['the backlog goes', 'The drain rate is above the arrival rate, and the backlog is empty within the bound.'],
  'returns-unaided': ['nobody has to help', 'Every node serves again without a hand, and without a crash loop.'],
};

function guarantee(id: string, verdict: GuaranteeResult['verdict'], reason: string, more: Partial<GuaranteeResult> = {}): GuaranteeResult {
  const [promise, definition] = promises[id]!;
  return { id, promise, definition, verdict, reason, numbers: {}, evidence: [], evidenceTotal: 0, ...more };
}

function faults(): FaultResult[] {
  return [
    {
      id: '1-blackhole-uplink', kind: 'blackhole', family: 'link', target: 'uplink', params: { direction: 'both' }, fromMs: 6000, toMs: 11_000, healed: true,
      bite: { proven: true, detail: '18,204 bytes were swallowed while both ends believed to be connected', numbers: { swallowedBytes: 18_204, connections: 1 } },
    },
    {
      id: '2-crash-gateway', kind: 'crash', family: 'power', target: 'gateway', params: {}, fromMs: 7500, toMs: 9500, healed: true,
      bite: { proven: true, detail: 'process 4711 was gone 3 ms after SIGKILL, and another one served 740 ms after its boot', numbers: { goneMs: 3.1, bootMs: 740 } },
    },
    {
      id: '3-jump-gateway', kind: 'jump', family: 'clock', target: 'gateway', params: { byMs: 3_600_000 }, fromMs: 10_000, toMs: 13_000, healed: true,
      bite: { proven: true, detail: 'the gateway read a clock that was 1 h ahead 214 times', numbers: { reads: 214, aheadMs: 3_600_000 } },
    },
  ];
}

type Told = Pick<Result, 'verdict' | 'sentence' | 'series' | 'guarantees' | 'notTested'> & { counts: Partial<Result['counts']> };

function run(pipeline: string, { counts, ...told }: Told): Result {
  const acknowledged = told.series.read.at(-1)!;
  return {
    schema: 'brownout-result/1',
    tool: { name: 'brownout', version: '0.1.0' },
    ...told,
    pipeline: {
      name: pipeline, description: 'A gateway that polls four machines, an ingest that stores what arrives.',
      file: `scenarios/pipelines/${pipeline}/pipeline.yaml`, sha256: '9f2c'.repeat(16),
    },
    scenario: {
      name: 'all-at-once', description: 'The cable is pulled, the gateway is killed during the outage, and its clock jumps by an hour.',
      file: 'scenarios/library/all-at-once.yaml', sha256: '41d7'.repeat(16),
    },
    record: { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    seed: 7,
    host: { os: 'linux 6.1', arch: 'x64', cpus: 2, node: 'v24.21.0' },
    startedAt: '2026-03-14T09:26:53.000Z',
    durationMs: endMs,
    phases: [
      { phase: 'start', fromMs: 0, toMs: 1200 }, { phase: 'baseline', fromMs: 1200, toMs: 5000 }, { phase: 'faults', fromMs: 5000, toMs: 13_000 },
      { phase: 'heal', fromMs: 13_000, toMs: 13_100 }, { phase: 'drain', fromMs: 13_100, toMs: 24_600 }, { phase: 'final-read', fromMs: 24_600, toMs: endMs },
    ],
    window,
    counts: {
      readings: acknowledged + 2, acknowledged, indeterminate: 2, delivered: 0, duplicate: 0, altered: 0, reordered: 0, late: 0, undecided: 0,
      lostDeclared: 0, lostSilent: 0, unknown: 0, unreadIntervals: 0, declaredGaps: 0, ...counts,
    },
    faults: faults(),
    replay: { command: `npx brownout run scenarios/library/all-at-once.yaml --pipeline scenarios/pipelines/${pipeline}/pipeline.yaml --seed 7` },
  };
}

/** What a name or a row must never achieve: to be markup, to leave its cell or its line, to drive a terminal. */
export const malice = '"\'><script>alert(1)</script><img src=x onerror=alert(1)>]]>-->|`*[x](y)\n\r\u0000\u0007\u001b[31m\u202e\ud800&amp;';

/** A result in which every text that comes from outside is malicious. */
export function malicious(result: Result): Result {
  const ours = new Set(['schema', 'tool', 'verdict', 'startedAt', 'id', 'during', 'seed', 'family']);
  const poisoned = (value: unknown): unknown => {
    if (typeof value === 'string') return value + malice;
    if (Array.isArray(value)) return value.map(poisoned);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ours.has(key) ? inner : poisoned(inner)]));
  };
  return poisoned(result) as Result;
}

/** Names as long as nobody expects them, and more evidence than anybody reads. */
export function excessive(): Result {
  const result = brokenStock();
  const loss = result.guarantees[0]!;
  const row = loss.evidence[0]!;
  loss.evidence = Array.from({ length: 500 }, (_, index) => ({ ...row, atMs: row.atMs + index, device: `press-${'x'.repeat(300)}`, n: index }));
  loss.evidenceTotal = 123_456;
  result.pipeline.name = 'pipeline-'.repeat(40);
  result.faults = Array.from({ length: 40 }, (_, index) => ({ ...result.faults[index % 3]!, id: `${index}`, fromMs: 5000 + 200 * index, toMs: 5150 + 200 * index }));
  return result;
}
