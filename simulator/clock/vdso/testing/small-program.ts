import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Code for x86-64: `pause()` for ever. */
export const PAUSES = 'b8220000000f05ebf7'; // mov eax, 34; syscall; jmp back
/** The same, but it asks the kernel for the time before, by a system call, every 10 ms. */
export const ASKS_KERNEL = [
  '31ff488d7424c0b8e40000000f05', // xor edi, edi; lea rsi, [rsp-64]; mov eax, 228; syscall
  '31f631ffba0a000000b8070000000f05', // xor esi, esi; xor edi, edi; mov edx, 10; mov eax, 7 (poll); syscall
  'ebe0', // jmp back
].join('');

const BASE = 0x400000n;
const HEADERS = 120;

/** The smallest static program there is: it has no libc, and knows no vDSO. */
export function smallProgram(codeHex: string): { path: string; [Symbol.dispose](): void } {
  const code = Buffer.from(codeHex, 'hex');
  const file = Buffer.alloc(HEADERS + code.length);
  Buffer.from('7f454c46020101', 'hex').copy(file);
  const u16 = { 16: 2, 18: 62, 52: 64, 54: 56, 56: 1 }; // EXEC, x86-64, the sizes of the two headers, one segment
  const u32 = { 20: 1, 64: 1, 68: 5 }; // LOAD, READ | EXEC
  const length = BigInt(file.length);
  const u64 = { 24: BASE + BigInt(HEADERS), 32: 64n, 80: BASE, 88: BASE, 96: length, 104: length, 112: 0x1000n };
  for (const [at, value] of Object.entries(u16)) file.writeUInt16LE(value, Number(at));
  for (const [at, value] of Object.entries(u32)) file.writeUInt32LE(value, Number(at));
  for (const [at, value] of Object.entries(u64)) file.writeBigUInt64LE(value, Number(at));
  code.copy(file, HEADERS);
  const folder = mkdtempSync(join(tmpdir(), 'brownout-small-'));
  const path = join(folder, 'small');
  writeFileSync(path, file);
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
