/** An error that the kernel passes on to the program that asked. Made once each: a look-up that finds nothing is no event. */
export class Errno extends Error {
  readonly code: number;
  constructor(name: string, code: number) {
    super(name);
    this.code = code;
  }
}

export const ENOENT = new Errno('ENOENT', 2);
export const EIO = new Errno('EIO', 5);
export const EEXIST = new Errno('EEXIST', 17);
export const ENOTDIR = new Errno('ENOTDIR', 20);
export const EINVAL = new Errno('EINVAL', 22);
export const ENOSPC = new Errno('ENOSPC', 28);
export const EROFS = new Errno('EROFS', 30);
export const ERANGE = new Errno('ERANGE', 34);
export const ENAMETOOLONG = new Errno('ENAMETOOLONG', 36);
export const ENOSYS = new Errno('ENOSYS', 38);
export const ENOTEMPTY = new Errno('ENOTEMPTY', 39);
export const ENODATA = new Errno('ENODATA', 61);
export const EOPNOTSUPP = new Errno('EOPNOTSUPP', 95);
