import path from 'node:path';
import { HarnessProblem } from '../problem.ts';

/**
 * What programs need to run at all, and no more: whoever tries a vendor's program in CI hands it none of the secrets that
 * lie in the environment there.
 */
const NEEDED = [
  'PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TMP', 'TEMP', 'XDG_RUNTIME_DIR',
  'LD_LIBRARY_PATH', // without it, Pythons and the like that were put somewhere else do not start
];
const LOCALE = /^LC_[A-Z]+$/;

/**
 * The part of our own environment that a node gets, with our Node.js first on the PATH, and what its file says it
 * inherits. Throws HarnessProblem if that is not there.
 */
export function surroundings(inherit: readonly string[], node: string, ours: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const missing = inherit.filter((name) => ours[name] === undefined);
  if (missing.length > 0) {
    throw new HarnessProblem(
      `node ${node} inherits ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not set in the environment of brownout`,
      `Set ${missing.length === 1 ? 'it' : 'them'} before brownout is started, or leave ${missing.length === 1 ? 'it' : 'them'} out of \`inherit\` in the pipeline file.`,
    );
  }
  const wanted = Object.entries(ours).filter(([name]) => NEEDED.includes(name) || LOCALE.test(name) || inherit.includes(name));
  return { ...(Object.fromEntries(wanted) as Record<string, string>), PATH: `${path.dirname(process.execPath)}${path.delimiter}${ours.PATH ?? ''}` };
}
