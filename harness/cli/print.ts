import { HarnessProblem } from '../problem.ts';

// Told by the write that met it.
process.stdout.on('error', () => {});

/**
 * Writes data for programs to standard output. Resolves to false once nobody reads it any more, as after `head`: that is no
 * failure. Throws HarnessProblem where it cannot be written.
 */
export function print(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (!error) resolve(true);
      else if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') resolve(false);
      else reject(new HarnessProblem(`standard output cannot be written: ${error.message}`));
    });
  });
}
