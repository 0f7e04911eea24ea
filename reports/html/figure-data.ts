import type { Result } from '../result.ts';
import { count, visible } from '../words.ts';

/** What both drawings of the figure are made from: the static one in the file, the live one in the reader's browser. */
export interface FigureData {
  /** Seconds; equal lengths. */
  atS: number[];
  read: number[];
  delivered: number[];
  backlog: number[];
  /** Upper ends of the axes. */
  max: { atS: number; readings: number; backlog: number };
  phases: { label: string; fromS: number; toS: number }[];
  /** `lane` counts downwards from the top; no two faults of one lane overlap. */
  faults: { label: string; name: string; fromS: number; toS: number; lane: number }[];
  lanes: number;
  /** Whether labels are names; numbers alone are left out where their bar is too short for them. */
  named: boolean;
  /** What is still missing at the end, in words; undefined where nothing is. */
  missing?: string;
}

/** More faults than this share lanes, and are labelled by their number alone. */
const namedFaults = 6;

/** `others`: results that are drawn beside this one, on axes of equal length. */
export function figureData(result: Result, others: Result[] = []): FigureData {
  const together = [result, ...others];
  const named = result.faults.length <= namedFaults;
  const laneEnds: number[] = [];
  const faults = result.faults.map((fault, index) => {
    const free = laneEnds.findIndex((endMs) => endMs <= fault.fromMs);
    const lane = named || free < 0 ? laneEnds.length : free;
    laneEnds[lane] = fault.toMs;
    const name = short(`${fault.kind} on ${fault.target}`);
    return { label: named ? `${index + 1} ${name}` : `${index + 1}`, name, fromS: fault.fromMs / 1000, toS: fault.toMs / 1000, lane };
  });
  const missing = (result.series.read.at(-1) ?? 0) - (result.series.delivered.at(-1) ?? 0);
  return {
    atS: result.series.atMs.map((ms) => ms / 1000),
    read: result.series.read,
    delivered: result.series.delivered,
    backlog: result.series.backlog,
    max: {
      atS: highest(together.map((one) => [...one.series.atMs, ...one.faults.map(({ toMs }) => toMs)])) / 1000,
      readings: highest(together.map(({ series }) => [...series.read, ...series.delivered])),
      backlog: highest(together.map(({ series }) => series.backlog)),
    },
    phases: result.phases.map(({ phase, fromMs, toMs }) => ({ label: visible(phase), fromS: fromMs / 1000, toS: toMs / 1000 })),
    faults,
    lanes: laneEnds.length,
    named,
    missing: missing > 0 ? `${count(missing)} never arrived` : undefined,
  };
}

/** The figure in a sentence, for those who cannot see it. */
export function figureSentence(data: FigureData): string {
  const read = data.read.at(-1) ?? 0;
  const delivered = data.delivered.at(-1) ?? 0;
  const peak = data.backlog.reduce((most, value) => Math.max(most, value), 0);
  return `In the end ${count(read)} readings were acknowledged and ${count(delivered)} of them delivered; the backlog rose to ${count(peak)}.`;
}

const highest = (lists: number[][]) => lists.flat().reduce((most, value) => Math.max(most, value), 1);
const short = (text: string) => (text.length > 30 ? `${visible(text).slice(0, 29)}…` : visible(text));
