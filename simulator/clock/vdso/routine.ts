/**
 * The code that stands between a program and its vDSO. It asks the kernel's own code and bends what the wall clocks say:
 * told = true + offset + (true - base) * rate. It finds these numbers in a page of data, in one of two slots; a writer
 * fills the idle one and then flips. It counts there how often it was asked, and when last.
 *
 * `routine.S` is the source, and `testing/routine.hex` what an assembler made of it; tests hold the three together.
 */

/** What the routine begins with, and what tells that a vDSO is ours. */
export const MAGIC = 'BRNOUTCK';

/** Where the parts of the routine begin. */
const AT = { data: 0x08, gettime: 0x10, timeofday: 0x50, time: 0x90, page: 0x130 };
/** Where the kernel's own functions are called. */
const CALLS = { __vdso_clock_gettime: [0x16, 0x9d], __vdso_gettimeofday: [0x51] };

/** The functions of the vDSO that the routine stands in for, and where in it. */
export const STANDS_FOR = { __vdso_clock_gettime: AT.gettime, __vdso_gettimeofday: AT.timeofday, __vdso_time: AT.time } as const;
export type Entry = keyof typeof STANDS_FOR;

/** A program that is led here before its first instruction gets its page of data, and stops; the page is in rax. */
export const MAKES_PAGE = AT.page;
/** Where the address of the page of data has to be written. */
export const POINTS_TO_DATA = AT.data;

/** As assembled: the calls to the kernel's own functions lead nowhere yet. */
export const ROUTINE: Buffer = Buffer.concat([Buffer.from(MAGIC, 'latin1'), Buffer.alloc(8), Buffer.from([
  // 10 clock_gettime(edi = id, rsi = timespec). The clocks 0 REALTIME, 5 REALTIME_COARSE, 8 REALTIME_ALARM and 11 TAI are bent.
  '57',                // 10 push rdi
  '56',                // 11 push rsi
  '4883ec08',          // 12 sub rsp,0x8
  'e8fbffffff',        // 16 call own, filled in
  '4883c408',          // 1b add rsp,0x8
  '5e',                // 1f pop rsi
  '5f',                // 20 pop rdi
  '85c0',              // 21 test eax,eax
  '7528',              // 23 jne 4d
  '83ff0b',            // 25 cmp edi,0xb
  '7723',              // 28 ja 4d
  'b921090000',        // 2a mov ecx,0x921
  '0fa3f9',            // 2f bt ecx,edi
  '7319',              // 32 jae 4d
  '4c691e00ca9a3b',    // 34 imul r11,[rsi],0x3b9aca00
  '4c035e08',          // 3b add r11,[rsi+0x8]
  'e88c000000',        // 3f call d0
  '488906',            // 44 mov [rsi],rax
  '48895608',          // 47 mov [rsi+0x8],rdx
  '31c0',              // 4b xor eax,eax
  'c3',                // 4d ret
  '6690',              // 4e nop
  // 50 gettimeofday(rdi = timeval or 0, rsi = time zone or 0)
  '57',                // 50 push rdi
  'e8fbffffff',        // 51 call own, filled in
  '4158',              // 56 pop r8
  '85c0',              // 58 test eax,eax
  '7530',              // 5a jne 8c
  '4d85c0',            // 5c test r8,r8
  '742b',              // 5f je 8c
  '4d691800ca9a3b',    // 61 imul r11,[r8],0x3b9aca00
  '49694808e8030000',  // 68 imul rcx,[r8+0x8],0x3e8
  '4901cb',            // 70 add r11,rcx
  'e858000000',        // 73 call d0
  '498900',            // 78 mov [r8],rax
  '89d0',              // 7b mov eax,edx
  '31d2',              // 7d xor edx,edx
  'b9e8030000',        // 7f mov ecx,0x3e8
  'f7f1',              // 84 div ecx
  '49894008',          // 86 mov [r8+0x8],rax
  '31c0',              // 8a xor eax,eax
  'c3',                // 8c ret
  '0f1f00',            // 8d nop
  // 90 time(rdi = where to put it, or 0): from the coarse clock, as the kernel does
  '57',                // 90 push rdi
  '4883ec10',          // 91 sub rsp,0x10
  '4889e6',            // 95 mov rsi,rsp
  'bf05000000',        // 98 mov edi,0x5
  'e8fbffffff',        // 9d call own, filled in
  '4c691c2400ca9a3b',  // a2 imul r11,[rsp],0x3b9aca00
  '4c035c2408',        // aa add r11,[rsp+0x8]
  '4883c410',          // af add rsp,0x10
  'e818000000',        // b3 call d0
  '5f',                // b8 pop rdi
  '4885ff',            // b9 test rdi,rdi
  '7403',              // bc je c1
  '488907',            // be mov [rdi],rax
  'c3',                // c1 ret
  '66662e0f1f840000000000', // c2 nop
  '0f1f00',            // cd nop
  // d0 bend: r11 = true nanoseconds; gives rax seconds, rdx nanoseconds; spoils rcx, r9, r10, r11
  '4c8b0d31ffffff',    // d0 mov r9,[data]
  '450fb65110',        // d7 movzx r10d,[r9+0x10]
  '4489d1',            // dc mov ecx,r10d
  '83e101',            // df and ecx,0x1
  'c1e106',            // e2 shl ecx,0x6
  '4c01c9',            // e5 add rcx,r9
  '4c89d8',            // e8 mov rax,r11
  '482b4148',          // eb sub rax,[rcx+0x48]
  '48f76950',          // ef imul [rcx+0x50]
  '480facd020',        // f3 shrd rax,rdx,0x20
  '4c01d8',            // f8 add rax,r11
  '48034140',          // fb add rax,[rcx+0x40]
  '453a5110',          // ff cmp r10b,[r9+0x10]
  '75d2',              // 103 jne d7
  '48ff4158',          // 105 inc [rcx+0x58]
  '4c895960',          // 109 mov [rcx+0x60],r11
  '4899',              // 10d cqo
  'b900ca9a3b',        // 10f mov ecx,0x3b9aca00
  '48f7f9',            // 114 idiv rcx
  '4885d2',            // 117 test rdx,rdx
  '7906',              // 11a jns 122
  '4801ca',            // 11c add rdx,rcx
  '48ffc8',            // 11f dec rax
  'c3',                // 122 ret
  '66662e0f1f840000000000', // 123 nop
  '6690',              // 12e nop
  // 130 page, run once before the program: mmap(0, 4096, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0), and stop
  'b809000000',        // 130 mov eax,0x9
  '31ff',              // 135 xor edi,edi
  'be00100000',        // 137 mov esi,0x1000
  'ba03000000',        // 13c mov edx,0x3
  '41ba22000000',      // 141 mov r10d,0x22
  '49c7c0ffffffff',    // 147 mov r8,0xffffffffffffffff
  '4531c9',            // 14e xor r9d,r9d
  '0f05',              // 151 syscall
  'cc',                // 153 int3
].join(''), 'hex')]);

/** The routine for this address, which calls the functions of the kernel at those. */
export function routineAt(address: number, own: Partial<Record<Entry, number>>): Buffer {
  const code = Buffer.from(ROUTINE);
  for (const [name, places] of Object.entries(CALLS)) {
    const target = own[name as Entry];
    if (target !== undefined) for (const place of places) code.writeInt32LE(target - (address + place + 5), place + 1);
  }
  return code;
}
