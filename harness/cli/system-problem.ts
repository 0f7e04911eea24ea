import { HarnessProblem } from '../problem.ts';

/** What an operating system can refuse us, in words; whatever else it says is a bug of ours until proven otherwise. */
const WORDS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EIO: 'the disk has failed',
  EROFS: 'the file system is read-only',
  EACCES: 'this is not allowed',
  EPERM: 'this is not allowed',
  ENOENT: 'there is no such file or folder',
  EEXIST: 'there is a file in its place',
  EISDIR: 'there is a folder in its place',
  ENOTDIR: 'a file is in the place of a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open; see ulimit -n',
  ENFILE: 'too many files are open on this machine',
  EAGAIN: 'this machine has no more processes or memory to give',
  ENOMEM: 'this machine has no more memory to give',
};

/** Primary result codes of SQLite, as far as they are about the disk and not about us. https://sqlite.org/rescode.html */
const SQLITE_WORDS: Record<number, string> = {
  5: 'another program has locked it',
  7: 'there is no more memory',
  8: 'it is read-only',
  10: 'the disk has failed',
  13: 'the disk is full',
  14: 'it cannot be opened',
};

/** The problem in words if a system call or SQLite met one that the user can do something about; undefined if it is a bug of ours. */
export function systemProblem(error: unknown): HarnessProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  if (code === 'ERR_SQLITE_ERROR' && errcode !== undefined) {
    const words = SQLITE_WORDS[errcode & 0xff];
    return words === undefined ? undefined : new HarnessProblem(`a record cannot be read or written: ${words} (${error.message})`, 'It is in the folder of the run; --runs can name one on another disk.');
  }
  const words = code === undefined ? undefined : WORDS[code];
  if (words === undefined) return undefined;
  return new HarnessProblem(`${path ?? syscall ?? 'a file'}: ${words} (${code}${syscall ? `, ${syscall}` : ''})`);
}
