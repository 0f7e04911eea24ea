import type { GuaranteeResult, Result } from './result.ts';
import { evidenceLine, faultsDuring, fixFor, numbersLine, otherwiseNotTested, visible } from './words.ts';

/**
 * The run as JUnit XML: one suite per run, one case per guarantee.
 *
 * There is no one JUnit format. Jenkins (junit-plugin, CaseResult.java) shows the `message` attribute as the headline and
 * the body as the trace, and groups by `classname` up to its last dot. GitLab (parsers/test/junit.rb) shows only the body,
 * calls `classname` the suite, and ignores `testsuite/@name`. So the classname is `pipeline.scenario`, and each body
 * repeats its message.
 */
export function renderJunit(result: Result): string {
  const cases = [
    ...result.guarantees.map((guarantee) => guaranteeCase(result, guarantee)),
    ...otherwiseNotTested(result).map(({ what, reason, fix }) => testCase(what, 'skipped', reason, [reason, `to test it: ${fix}`])),
  ];
  // A run that was not held must never look green: say so in a case of its own where no guarantee does.
  if (result.verdict !== 'held' && !cases.some(({ outcome }) => outcome === 'failure' || outcome === 'error')) {
    const outcome = result.verdict === 'broken' ? 'failure' : 'error';
    cases.unshift(testCase('the run', outcome, result.sentence, [result.sentence, `replay: ${result.replay.command}`]));
  }
  const many = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  const totals = attributes({
    tests: cases.length, failures: many('failure'), errors: many('error'), skipped: many('skipped'), time: seconds(result.durationMs),
  });
  const { pipeline, scenario } = result;
  const suite = attributes({ name: `${pipeline.name} under ${scenario.name}`, timestamp: new Date(result.startedAt).toISOString().slice(0, 19) });
  const facts = attributes({ classname: `${pipeline.name}.${scenario.name}`, file: scenario.file, time: '0' });
  const properties = {
    verdict: result.verdict, seed: result.seed, version: result.tool.version, pipelineSha256: pipeline.sha256,
    scenarioSha256: scenario.sha256, recordSha256: result.record.sha256, replay: result.replay.command,
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'brownout' })}${totals}>`,
    `  <testsuite${suite}${totals}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...cases.map((one) => `    <testcase${attributes({ name: one.name })}${facts}${one.body ? `>\n${one.body}\n    </testcase>` : '/>'}`),
    `    <system-out>${escape(result.sentence)}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

function guaranteeCase(result: Result, guarantee: GuaranteeResult) {
  const name = `${guarantee.id}: ${guarantee.promise}`;
  const fix = fixFor(result, guarantee);
  switch (guarantee.verdict) {
    case 'held':
      return testCase(name, 'passed', '', []);
    case 'broken':
      return testCase(name, 'failure', guarantee.reason, brokenLines(result, guarantee));
    case 'error':
      return testCase(name, 'error', guarantee.reason, [guarantee.reason, `replay: ${result.replay.command}`]);
    case 'inconclusive':
      // A run can be held with a promise it is not made for left open; its exit code is 0, so CI must not go red here either.
      return testCase(name, result.verdict === 'held' ? 'skipped' : 'error', guarantee.reason, [guarantee.reason, fix ? `to decide it: ${fix}` : '', numbersLine(guarantee.numbers), `replay: ${result.replay.command}`]);
    case 'not-tested':
      return testCase(name, 'skipped', guarantee.reason, [guarantee.reason, fix ? `to test it: ${fix}` : '']);
  }
}

function brokenLines(result: Result, guarantee: GuaranteeResult): string[] {
  const [first] = guarantee.evidence;
  const shown = guarantee.evidence.slice(0, 5);
  return [
    guarantee.reason,
    `numbers: ${numbersLine(guarantee.numbers)}`,
    ...shown.map((row) => `victim: ${evidenceLine(row)}`),
    guarantee.evidenceTotal > shown.length ? `and ${guarantee.evidenceTotal - shown.length} more` : '',
    first ? `fault in progress: ${faultsDuring(result, first)}` : '',
    guarantee.cause ? `likely cause: ${guarantee.cause}` : '',
    guarantee.fix ? `fix: ${guarantee.fix}` : '',
    `promise: ${guarantee.definition}`,
    `replay: ${result.replay.command}`,
  ];
}

function testCase(name: string, outcome: Outcome, message: string, lines: string[]) {
  const text = lines.filter((line) => line !== '').map(escape).join('\n');
  const type = { passed: '', failure: 'broken', error: 'inconclusive', skipped: '' }[outcome];
  const facts = attributes(type ? { message, type } : { message });
  const body = outcome === 'passed' ? '' : `      <${outcome}${facts}>${text}</${outcome}>`;
  return { name, outcome, body };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** XML 1.0 has no way to write most control characters, not even escaped. */
function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (sign) => entities[sign]!);
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values).map(([name, value]) => ` ${name}="${escape(String(value))}"`).join('');
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);
