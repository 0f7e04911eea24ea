import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadPipeline } from '../../../scenarios/schema/load.ts';
import { usualGapAfterMs, type Pipeline } from '../../../scenarios/schema/pipeline.ts';
import { parseDurationMs, size } from '../../../scenarios/schema/values.ts';
import { USUAL, type Parameters } from '../../../simulator/model/parameters.ts';
import { predictAside } from '../../predict/predict-aside.ts';
import { readHistory } from '../../history/read.ts';
import { type Measured, measuredIn } from '../../predict/measured.ts';
import { predictionPage } from '../../predict/page.ts';
import { predictionText } from '../../predict/words.ts';
import { parseFileToWrite, type CommandContext } from '../context.ts';
import { EXIT, UsageProblem } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { historyOf } from '../history-of.ts';

const PLAIN_PROGRESS_EVERY_MS = 5000;
/** What a model of an outage can be asked for. */
const LONGEST_OUTAGE_MS = 366 * 86_400_000;

interface Options {
  outage: number;
  pipeline?: string;
  measured?: string;
  machines?: number;
  period?: number;
  readingSize: number;
  buffer?: { readings: number } | { bytes: number };
  whenFull: Parameters['whenFull'];
  drainRate?: number;
  ttl?: number;
  keepAlive: number;
  json?: boolean;
  html?: string;
}

export function addPredict(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('predict')
    .summary('what a long outage would do, from the numbers of a pipeline, in virtual time')
    .description(
      'Lets a model pipeline of these numbers live through an outage of its uplink: what would be missing, which end, when\n' +
        'the buffer is full, how long the drain takes, and what buffer would be needed. Nothing real is run, so it says what\n' +
        'the numbers imply, not whether the pipeline keeps to them. Exit code 1 if anything would be missing.',
    )
    .requiredOption('--outage <duration>', 'how long the uplink is dead, such as 72h', outage)
    .option('--pipeline <pipeline>', 'take the machines, their period and the claims from this pipeline')
    .option('--measured <run>', 'take the machines, their period and the drain rate from the record of a run')
    .option('--machines <count>', 'how many machines (4, or as the run or the pipeline says)', positiveCount)
    .option('--period <duration>', 'how often each is read (100ms, or as the run or the pipeline says)', positiveDuration)
    .addOption(new Option('--reading-size <size>', 'what one reading takes in the buffer').argParser(sizeInBytes).default(60, '60B'))
    .option('--buffer <amount>', 'what the buffer holds: a number of readings, or a size such as 2GB (no limit if left out)', amount)
    .addOption(new Option('--when-full <policy>', 'what a full buffer does').choices(['stop-reading', 'drop-oldest', 'drop-newest']).default('drop-oldest'))
    .option('--drain-rate <readings>', 'readings per second of the backlog besides live data (10 times what arrives, or as the run shows)', positiveCount)
    .option('--ttl <duration>', 'what is older than this is thrown away (for ever if left out)', positiveDuration)
    .addOption(new Option('--keep-alive <duration>', 'silence after which the connection is taken for dead').argParser(positiveDuration).default(60_000, '60s'))
    .option('--json', 'print the prediction as JSON on standard output')
    .option('--html <file>', 'write a page with a figure', parseFileToWrite)
    .action(async (options: Options) => {
      const pipeline = options.pipeline === undefined ? undefined : (await loadPipeline(options.pipeline)).pipeline;
      const measured = options.measured === undefined ? undefined : measuredOf(options.measured, options);
      const name = pipeline?.name ?? measured?.name ?? 'A pipeline of these numbers';
      const question = { name, parameters: parametersOf(options, measured, pipeline), outageMs: options.outage };
      const prediction = await predictAside(question, { signal: context.interruptible(), progress: progressOf(context.terminal) });
      context.terminal.status([]);
      context.terminal.line(predictionText(prediction));
      if (options.html !== undefined) writeFileSync(options.html, predictionPage(prediction));
      if (options.json) await context.print(`${JSON.stringify(prediction, null, 2)}\n`);
      done(prediction.missing.readings > 0 ? EXIT.broken : EXIT.held);
    });
}

/** Says how far it is: in place on a terminal, and elsewhere in a line now and then. */
function progressOf(terminal: Terminal): (done: number) => void {
  const startedAtMs = performance.now();
  let saidAtMs = startedAtMs;
  return (done) => {
    const text = `the model lives through it: ${Math.floor(done * 100)} %, ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`;
    if (terminal.live) terminal.status(done < 1 ? [text] : []);
    else if (performance.now() - saidAtMs >= PLAIN_PROGRESS_EVERY_MS) {
      saidAtMs = performance.now();
      terminal.line(text);
    }
  };
}

/** What the record of a run shows, and the name of its pipeline. Throws UsageProblem where it does not show enough. */
function measuredOf(run: string, { drainRate }: Options): Measured & { name: string } {
  const history = readHistory(historyOf(run));
  const measured = measuredIn(history);
  if (!measured) throw new UsageProblem(`${run} shows no machine that was read twice, so no period can be measured.`);
  if (measured.drainReadingsPerSecond === undefined && drainRate === undefined) {
    throw new UsageProblem(`${run} shows no backlog that drained, so no drain rate can be measured: name a run with an outage of the uplink, or say --drain-rate.`);
  }
  return { ...measured, name: history.meta.pipeline.name };
}

/** What is said on the command line goes before what was measured, and that before what the pipeline declares. */
function parametersOf(options: Options, measured: Measured | undefined, pipeline: Pipeline | undefined): Parameters {
  const machines = options.machines ?? measured?.machines ?? pipeline?.plant.machines ?? USUAL.machines;
  const periodMs = options.period ?? measured?.periodMs ?? pipeline?.plant.period ?? USUAL.periodMs;
  const buffer = options.buffer ?? { readings: Infinity };
  return {
    ...USUAL,
    machines,
    periodMs,
    answerWithinMs: Math.max(200, periodMs / 2),
    readingBytes: options.readingSize,
    bufferReadings: 'readings' in buffer ? buffer.readings : Math.floor(buffer.bytes / options.readingSize),
    whenFull: options.whenFull,
    drainReadingsPerSecond: options.drainRate ?? measured?.drainReadingsPerSecond ?? (10 * machines * 1000) / periodMs,
    timeToLiveMs: options.ttl ?? Infinity,
    keepAliveMs: options.keepAlive,
    gapAfterMs: pipeline?.claims['gap-after'] ?? usualGapAfterMs(periodMs),
    timeWithinMs: pipeline?.claims['time-within'] ?? USUAL.timeWithinMs,
  };
}

function positiveDuration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('expected a duration with its unit, such as 200ms, 5s or 72h.');
  return ms;
}

function outage(text: string): number {
  const ms = positiveDuration(text);
  if (ms > LONGEST_OUTAGE_MS) throw new InvalidArgumentError('expected at most 366d.');
  return ms;
}

function positiveCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number above 0.');
  return Number(text);
}

function sizeInBytes(text: string): number {
  const parsed = size.safeParse(text);
  if (!parsed.success || parsed.data <= 0) throw new InvalidArgumentError('expected a size with its unit, such as 60B or 2GB.');
  return parsed.data;
}

function amount(text: string): { readings: number } | { bytes: number } {
  return /^\d+$/.test(text) ? { readings: positiveCount(text) } : { bytes: sizeInBytes(text) };
}
