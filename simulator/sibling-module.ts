import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The file of a module beside the caller that is to run as a process of its own: `.ts` when the caller runs from
 * source, `.js` when both were emitted.
 *
 * `siblingModule(import.meta.url, './aedes-process')` -> an absolute path.
 */
export function siblingModule(callerUrl: string, specifier: string): string {
  return fileURLToPath(new URL(specifier + extname(new URL(callerUrl).pathname), callerUrl));
}
